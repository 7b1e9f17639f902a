// SPDX-License-Identifier: BSD-3-Clause
//
// Warewulf's template functions, and a rendering with the state they share.
// Source: reference/templates.md §10.
#include <limits.h>
#include <stdlib.h>

#include <array>

#include "base/confined_dir.h"
#include "base/path.h"
#include "render/ignition.h"
#include "render/render.h"
#include "render/template_error.h"
#include "render/text_functions.h"
#include "sprig/functions.h"
#include "tmpl/node.h"

namespace ww::render {

namespace {

using tmpl::Call;
using tmpl::Function;
using tmpl::Value;

// As much as a template may put out.
constexpr auto kMaxIncludedBytes = static_cast<int64_t>(tmpl::Limits().output_bytes);

constexpr auto kReported = Function::Result::Reported;

// What the functions of one rendering share.
class Rendering final : public tmpl::Context {
   public:
    explicit Rendering(const RenderEnvironment& given) : environment(given) {}

    struct Opened {
        std::string name;
        size_t start = 0;  // in the whole output
        bool is_link = false;
        std::string target;
        int line = 1;
    };

    void called_volatile(std::string_view name) override {
        if (environment.recorder != nullptr) environment.recorder->called_unforeseeable(name);
    }

    /// Notes a file: `add` is told to whoever wants to know.
    template <class Add>
    void depends_on(const Add& add) {
        add(environment.inputs);
        if (environment.recorder != nullptr) add(environment.recorder->files());
    }

    const RenderEnvironment& environment;
    bool aborted = false;
    bool backup = true;
    std::vector<Opened> opened{Opened{}};
    std::vector<std::string> warnings;
};

Rendering& rendering(const Call& call) { return *static_cast<Rendering*>(call.context()); }

Value nothing() { return Value::text(""); }

// Compat: a missing file is an empty text, as upstream has it; here at least somebody hears of it.
// The same text for every node, so that it can be said once.
void warn_missing(Rendering& run, const char* function, std::string_view path, const Error& why) {
    run.warnings.push_back(fmt::format("overlay.include_missing {} \"{}\" in {}: {}",
                                       function,
                                       path,
                                       run.environment.root.build_source,
                                       why.message()));
}

std::string server_path(const Rendering& run, std::string_view path) {
    if (path.starts_with('/')) return std::string(path);
    return fmt::format("{}/warewulf/{}", run.environment.root.conf->paths.sysconfdir, path);
}

Result<std::string> read_server_file(Rendering& run, std::string_view path) {
    const std::string whole = server_path(run, path);
    run.depends_on([&](Inputs& inputs) { inputs.add(whole); });
    return read_file(whole, kMaxIncludedBytes);
}

Value include(Call& call) {
    Rendering& run = rendering(call);
    const auto text = read_server_file(run, call.text(0));
    if (!text) return warn_missing(run, "Include", call.text(0), text.error()), nothing();
    return Value::string(without_final_newline(*text));
}

Value include_block(Call& call) {
    Rendering& run = rendering(call);
    const auto text = read_server_file(run, call.text(0));
    if (!text) warn_missing(run, "IncludeBlock", call.text(0), text.error());
    return Value::string(block_before(text ? *text : std::string(), call.text(1)));
}

Result<std::string> read_image_file(Rendering& run,
                                    const std::string& image,
                                    std::string_view path) {
    // Whether there is such an image is an input too.
    const std::string& images = run.environment.root.conf->paths.wwchrootdir;
    run.depends_on([&](Inputs& inputs) { inputs.add(fmt::format("{}/{}/rootfs", images, image)); });
    const std::string rootfs = run.environment.images.rootfs(image);
    if (rootfs.empty())
        return Error(ErrorCode::NotFound,
                     image.empty() ? "the node has no image"
                                   : fmt::format("there is no image \"{}\"", image));
    run.depends_on([&](Inputs& inputs) { inputs.add_below(rootfs, std::string(path)); });
    WW_TRY(const ConfinedDir dir, ConfinedDir::open(rootfs));
    return dir.read(path, kMaxIncludedBytes);
}

Value include_from(Call& call) {
    Rendering& run = rendering(call);
    const auto text = read_image_file(run, std::string(call.text(0)), call.text(1));
    if (!text) return warn_missing(run, "IncludeFrom", call.text(1), text.error()), nothing();
    return Value::string(without_final_newline(*text));
}

// The file of this server that `path` leads to in the end.
Result<std::string> resolve(Rendering& run, std::string_view path) {
    const std::string asked(path);
    run.depends_on([&](Inputs& inputs) {
        inputs.add_link(asked);
        inputs.add(asked);
    });
    char resolved[PATH_MAX];
    if (::realpath(asked.c_str(), resolved) == nullptr)
        return Error::from_errno(errno, "lstat " + asked);
    return std::string(resolved);
}

void make_link(const Call& call, std::string target) {
    Rendering::Opened& output = rendering(call).opened.back();
    output.is_link = true;
    output.target = std::move(target);
    output.line = call.line();
}

Value import_link(Call& call) {
    auto target = resolve(rendering(call), call.text(0));
    if (!target)
        return call.fail("ImportLink: failed to resolve symlink \"{}\": {}",
                         call.text(0),
                         target.error().message());
    make_link(call, std::move(*target));
    return nothing();
}

Value read_link(Call& call) {
    const auto target = resolve(rendering(call), call.text(0));
    if (!target) return call.fail(target.error().message());
    return Value::string(*target);
}

Value soft_link(Call& call) {
    make_link(call, std::string(call.text(0)));
    return nothing();
}

Value open_file(Call& call) {
    rendering(call).opened.push_back(
        {.name = std::string(call.text(0)), .start = call.output_size(), .line = call.line()});
    return nothing();
}

Value abort_rendering(Call& call) {
    rendering(call).aborted = true;
    return call.stop();
}

Value no_backup(Call& call) {
    rendering(call).backup = false;
    return nothing();
}

Value ignition(Call& call) {
    const RenderEnvironment& given = rendering(call).environment;
    if (given.recorder != nullptr) given.recorder->called("IgnitionJson");
    const auto json = ignition_json(given.root.node);
    if (!json) return call.fail(json.error().message());
    return Value::string(*json);
}

Value unique(Call& call) {
    const auto text = unique_field(call.text(0), call.integer(1), call.text(2));
    if (!text) return call.fail(text.error().message());
    return Value::string(*text);
}

constexpr std::array<Function, 16> kFunctions = {{
    {"Include",
     "string",
     include,
     "Content of a file of this server, without its last newline.",
     kReported},
    {"IncludeFrom",
     "string, string",
     include_from,
     "Content of a file of an image: image, path.",
     kReported},
    {"IncludeBlock",
     "string, string",
     include_block,
     "Lines of a file of this server before a marker.",
     kReported},
    {"ImportLink",
     "string",
     import_link,
     "Makes the output a link to where a link of this server leads.",
     kReported},
    {"basename",
     "string",
     [](Call& call) { return Value::string(std::string(base_name(call.text(0)))); },
     "Last element of a path."},
    {"inc", "int", [](Call& call) { return Value::integer(call.integer(0) + 1); }, "One more."},
    {"dec", "int", [](Call& call) { return Value::integer(call.integer(0) - 1); }, "One less."},
    {"file", "string", open_file, "Sends what follows into another file."},
    {"softlink", "string", soft_link, "Makes the output a symbolic link to a target."},
    {"readlink", "string", read_link, "Where a path of this server leads in the end.", kReported},
    {"IgnitionJson",
     "",
     ignition,
     "Disks and file systems of the node as an Ignition configuration."},
    {"abort", "", abort_rendering, "Writes nothing for this template."},
    {"nobackup", "", no_backup, "Keeps no .wwbackup of what this template replaces."},
    {"UniqueField",
     "string, int, string",
     unique,
     "Lines whose field (separator, index) did not come before."},
    {"SystemdEscape",
     "string",
     [](Call& call) { return Value::string(systemd_escape(call.text(0))); },
     "Escaped for a unit name."},
    {"SystemdEscapePath",
     "string",
     [](Call& call) { return Value::string(systemd_escape_path(call.text(0))); },
     "A path escaped for a unit name."},
}};

tmpl::FunctionTable make_table(bool with_warewulf) {
    tmpl::FunctionTable table;
    table.add(tmpl::builtin_functions());
    if (with_warewulf) table.add(kFunctions);
    table.add(sprig::functions());
    return table;
}

}  // namespace

std::span<const Function> warewulf_functions() { return kFunctions; }

const tmpl::FunctionTable& overlay_functions() {
    static const tmpl::FunctionTable table = make_table(/*with_warewulf=*/true);
    return table;
}

const tmpl::FunctionTable& script_functions() {
    static const tmpl::FunctionTable table = make_table(/*with_warewulf=*/false);
    return table;
}

bool Rendered::written(size_t i) const {
    return i > 0 || outputs.size() == 1 || outputs[0].is_link;
}

Result<Rendered> render(const tmpl::Template& source, const RenderEnvironment& environment) {
    Rendering run(environment);
    Recorder* recorder = environment.recorder;
    const Value root = recorder ? recorder->root() : root_value(environment.root);
    auto output = tmpl::execute(source, root, &run);
    if (!output)
        return template_error(output.error(),
                              source.set().text(),
                              fmt::format("rendering {}", environment.root.build_source));
    Rendered rendered;
    rendered.write = !run.aborted;
    rendered.backup = run.backup;
    // A template that gives up has noticed what it lacks: the server's certificate, without TLS.
    if (rendered.write) rendered.warnings = std::move(run.warnings);
    for (size_t i = 0; i < run.opened.size(); ++i) {
        Rendering::Opened& opened = run.opened[i];
        const size_t end =
            i + 1 < run.opened.size() ? run.opened[i + 1].start : output->text.size();
        rendered.outputs.push_back({std::move(opened.name),
                                    output->text.substr(opened.start, end - opened.start),
                                    opened.is_link,
                                    std::move(opened.target),
                                    opened.line});
    }
    return rendered;
}

}  // namespace ww::render
