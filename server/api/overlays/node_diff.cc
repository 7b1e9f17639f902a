// SPDX-License-Identifier: BSD-3-Clause
//
// What became of the files of a node since a revision of the history.
#include <fmt/format.h>
#include <sys/stat.h>

#include <set>

#include "api/changes.h"
#include "api/history/revisions.h"
#include "api/overlays/differences.h"
#include "api/suggest.h"
#include "base/path.h"
#include "nodes/secrets.h"
#include "store/undo.h"

namespace ww::api {

namespace {

using overlay::Context;
using overlay::Origins;
using overlay::SnapshotPtr;

constexpr const char* kHidden = "what changes is for administrators only\n";

/// The site as it was after a revision.
struct Then {
    SnapshotPtr snapshot;
    overlay::OtherFiles files;
    protocol::Names unknown;
};

Result<Then> site_then(store::Journal& journal, const nodes::Snapshot& now, int64_t since) {
    WW_TRY(const auto later, journal.revisions({.after = since, .texts = true}));
    std::vector<store::EntryChange> entries;
    std::vector<store::FileChange> files;
    for (auto revision = later.rbegin(); revision != later.rend(); ++revision) {
        entries.insert(entries.end(), revision->entries.begin(), revision->entries.end());
        files.insert(files.end(), revision->files.begin(), revision->files.end());
    }
    nodes::Registry registry = now.raw();
    WW_TRY_VOID(store::apply_changes(registry, store::reversed(store::joined(entries))));
    files = store::reversed(store::joined(files));
    Then then;
    WW_TRY(then.snapshot, nodes::Snapshot::build(std::move(registry), {}, now.generation(), &now));
    for (const store::FileChange& file : files)
        if (file.after && file.after->type == store::KeptFile::Type::File && !file.after->text)
            then.unknown.push_back(
                fmt::format("{} was too large for the history to keep", file.name()));
    then.files = other_files(files);
    return then;
}

/// The same with a mask in place of secrets.
Result<SnapshotPtr> without_secrets(const nodes::Snapshot& snapshot) {
    nodes::Registry masked;
    for (const auto& [name, node] : snapshot.raw().nodes) {
        nodes::Node copy = node;
        nodes::mask_secrets(copy);
        masked.nodes[name] = std::move(copy);
    }
    for (const auto& [name, profile] : snapshot.raw().profiles) {
        nodes::Profile copy = profile;
        nodes::mask_secrets(copy);
        masked.profiles[name] = std::move(copy);
    }
    WW_TRY(SnapshotPtr built, nodes::Snapshot::build(std::move(masked), {}, snapshot.generation()));
    return built;
}

/// Whether anybody on this machine could read it, were the folders above `top` open to him.
bool is_open_to_all(const std::string& path, const std::string& top) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & S_IROTH) == 0) return false;
    for (std::string folder(folder_of(path)); folder.size() > top.size();
         folder = folder_of(folder))
        if (::stat(folder.c_str(), &status) != 0 || (status.st_mode & S_IXOTH) == 0) return false;
    return true;
}

/// Whether all that a file of a node is made of may be seen by anybody but for masked secrets.
bool is_public(const overlay::Folders& folders, const Origins& origins, const std::string& path) {
    const overlay::Brought* brought = origins.at(path);
    if (brought == nullptr) return true;
    const bool of_site = brought->source.starts_with(folders.site + "/");
    if ((brought->meta.mode & S_IROTH) == 0 ||
        !is_open_to_all(brought->source, of_site ? folders.site : folders.distribution))
        return false;
    if (!brought->run) return true;
    const auto files = origins.runs[*brought->run].trace.files.seen();
    return std::ranges::all_of(files, [](const render::Inputs::Seen& file) {
        return !file.was_there || file.is_link || is_open_to_all(file.path, "/");
    });
}

struct Compared {
    Origins before;
    Origins after;
    std::vector<Difference> differences;
};

Compared compare(NodeFiles& before, NodeFiles& after, const std::string& node, Context context) {
    Compared out;
    const auto find = [&](NodeFiles& files) {
        const nodes::Node* found = files.snapshot().find(node);
        return found == nullptr ? Origins() : files.of(*found, context);
    };
    out.before = find(before);
    out.after = find(after);
    out.differences = Differ(before, after, Texts::Shown).between(context, out.before, out.after);
    return out;
}

/// What is told of a difference to those who see no secrets: that of files made without them.
void hide_secrets(const overlay::Folders& folders, Compared& real, const Compared& masked) {
    for (Difference& each : real.differences) {
        const auto shown = std::ranges::find_if(masked.differences, [&](const Difference& other) {
            return other.path == each.path && other.what == each.what;
        });
        const std::string path = each.path.substr(1);
        const bool open = each.what != "fails" && is_public(folders, real.before, path) &&
                          is_public(folders, real.after, path);
        each.text = open && shown != masked.differences.end() ? shown->text : kHidden;
    }
}

}  // namespace

Result<protocol::OverlayDiffReply> overlay_diff(Call& call,
                                                const protocol::OverlayDiffRequest& request) {
    WW_TRY(const auto now, current(call.site));
    WW_TRY(store::Journal * journal, open_journal(call));
    WW_TRY(const auto reach, journal->reach());
    protocol::OverlayDiffReply reply;
    reply.since = request.since != 0 ? request.since : reach.newest - 1;
    WW_TRY_VOID(check_reach(*journal, reply.since));
    WW_TRY(Then then, site_then(*journal, *now, reply.since));
    const nodes::Node* known = now->find(request.node);
    if (known == nullptr) known = then.snapshot->find(request.node);
    if (known == nullptr)
        return Error(ErrorCode::NotFound, fmt::format("no node {}", request.node))
            .with_hint(node_hint(now->raw(), request.node));

    const auto find = [&](const SnapshotPtr& was, const SnapshotPtr& is, Context context) {
        NodeFiles before(call.site, was, then.files);
        NodeFiles after(call.site, is);
        return compare(before, after, request.node, context);
    };
    std::set<std::string> included;
    for (const Context context : {Context::System, Context::Runtime}) {
        Compared real = find(then.snapshot, now, context);
        if (!call.caller.is_admin) {
            WW_TRY(const SnapshotPtr was, without_secrets(*then.snapshot));
            WW_TRY(const SnapshotPtr is, without_secrets(*now));
            hide_secrets(call.site.overlays.folders(), real, find(was, is, context));
        }
        for (Difference& each : real.differences)
            reply.files.push_back({.context = each.context,
                                   .path = each.path,
                                   .overlay = each.overlay,
                                   .what = each.what,
                                   .text = std::move(each.text),
                                   .nodes = request.node,
                                   .count = 1});
        for (const overlay::TemplateRun& run : real.before.runs)
            for (const render::Inputs::Seen& file : run.trace.files.seen())
                included.insert(file.path);
    }
    reply.unknown = std::move(then.unknown);
    if (!included.empty())
        reply.unknown.push_back(
            fmt::format("files that templates include are taken as they are now: {}",
                        fmt::join(included, ", ")));
    return reply;
}

}  // namespace ww::api
