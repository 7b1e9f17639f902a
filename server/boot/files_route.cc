// SPDX-License-Identifier: BSD-3-Clause
#include "boot/files_route.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/confined_dir.h"
#include "base/digest.h"
#include "base/log.h"
#include "boot/answers.h"

namespace ww::boot {

namespace {

constexpr std::string_view kTemplateSuffix = ".ww";

Answer no_such_page() { return text_answer(404, "404 page not found"); }
Answer no_such_template() { return text_answer(404, "not found"); }

bool is_file(const ConfinedDir& files, const std::string& path) {
    const auto status = files.status(path);
    return status && S_ISREG(status->st_mode);
}

}  // namespace

Answer text_answer(int status, std::string_view text) {
    Answer answer = body_answer("text/plain; charset=utf-8", std::string(text) + "\n");
    answer.status = status;
    answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
    return answer;
}

std::optional<Answer> refuse_files(const config::WarewulfConf& conf,
                                   const nodes::Node* node,
                                   const Ask& ask) {
    if (ask.identity.empty()) return text_answer(401, "unable to identify node");
    if (node == nullptr) return text_answer(401, "node not found");
    if (conf.warewulf.secure_files() && ask.peer_port >= kFirstUnprivilegedPort)
        return text_answer(403, "non-privileged port");
    if (node->asset_key.empty()) return std::nullopt;
    if (ask.asset_key.empty()) return text_answer(401, "asset key required");
    if (!equal_secrets(node->asset_key, ask.asset_key))
        return text_answer(403, "incorrect asset key");
    return std::nullopt;
}

Answer site_file(const config::WarewulfConf& conf, const Ask& ask) {
    const auto files = ConfinedDir::open(conf.paths.wwfilesdir);
    if (!files || ask.file.ends_with('/')) return no_such_page();
    auto fd = files->open_file(ask.file, O_RDONLY);
    if (!fd) return no_such_page();
    auto answer = file_answer(std::move(*fd));
    return answer ? std::move(*answer) : no_such_page();
}

Answer rendered_site_file(const config::WarewulfConf& conf,
                          const overlay::Builder& overlays,
                          const nodes::Snapshot& snapshot,
                          const nodes::Node& node,
                          const Ask& ask) {
    if (!ask.render_node.empty() && ask.render_node != node.id) {
        return text_answer(400,
                           fmt::format("render node \"{}\" does not match identified node \"{}\"",
                                       ask.render_node,
                                       node.id));
    }
    const auto files = ConfinedDir::open(conf.paths.wwfilesdir);
    if (!files || ask.file.empty()) return no_such_template();
    std::string path = ask.file;
    if (!path.ends_with(kTemplateSuffix)) {
        if (!is_file(*files, path + std::string(kTemplateSuffix)))
            return files->status(path) ? text_answer(400, "render requires a .ww template file")
                                       : no_such_template();
        path += kTemplateSuffix;
    } else if (!is_file(*files, path)) {
        return no_such_template();
    }
    auto rendered = overlays.render_file(snapshot, node, "", conf.paths.wwfilesdir + "/" + path);
    if (!rendered) {
        log::warn(
            "files.render_failed node={} file={}: {}", node.id, path, rendered.error().describe());
        return text_answer(500, rendered.error().message());
    }
    for (const std::string& warning : rendered->warnings) log::warn("files.warning {}", warning);
    return body_answer("application/octet-stream", std::move(rendered->outputs[0].text));
}

}  // namespace ww::boot
