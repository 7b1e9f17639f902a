// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl overlay create, delete, edit, import, mkdir, chmod, chown. An overlay of the distribution
// is copied to the site by the first change, which wwd does.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/file.h"
#include "base/path.h"
#include "base/quote.h"
#include "ctl/cmd/differences.h"
#include "ctl/cmd/handlers.h"
#include "ctl/editor.h"
#include "ctl/follow.h"
#include "ctl/input.h"
#include "ctl/prompt.h"

namespace ww::ctl::cmd {

namespace {

/// What a new template starts with.
constexpr std::string_view kPrimer =
    "{{/* This is a template: text in double braces is replaced when the file is made for a node.\n"
    "     {{ .Id }}                      the node's name\n"
    "     {{ .Tags.rack }}               a tag of the node\n"
    "     {{ .NetDevs.default.Ipaddr }}  the address of a network device\n"
    "     {{ range $name, $net := .NetDevs }} ... {{ end }}\n"
    "     wwctl overlay show OVERLAY FILE --render NODE shows what becomes of it. */}}\n";

std::optional<int64_t> parse_octal(std::string_view text) {
    int64_t mode = 0;
    constexpr int kOctal = 8;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, kOctal);
    if (error != std::errc() || end != text.data() + text.size() || text.empty() || mode < 0)
        return std::nullopt;
    return mode;
}

/// Compat: the caller's umask counts, and permissions are all that can be given.
int64_t folder_mode(int64_t given) {
    constexpr mode_t kPermissions = 0777;
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return static_cast<mode_t>(given) & kPermissions & ~mask;
}

Result<int64_t> parse_id(std::string_view text, std::string_view what) {
    int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{} is not an integer: {}", what, text));
    return id;
}

Result<void> require_overlay(Context& context, const std::string& name) {
    WW_TRY(const auto known, context.call(protocol::route::NameList{}, {"overlay"}));
    if (std::find(known.names.begin(), known.names.end(), name) != known.names.end()) return {};
    return Error(ErrorCode::NotFound, "overlay does not exist");
}

template <class Route, class Request>
Result<int> ask(Context& context, Route route, const Request& request) {
    WW_TRY(const auto reply, context.call(route, request));
    (void)reply;
    return 0;
}

/// A file in an editor until it is saved or given up. It is looked at before it is saved: for every
/// node that uses it, and what it changes there.
class Drafting {
   public:
    Drafting(Context& context,
             EditedFile& file,
             protocol::OverlayWriteRequest request,
             std::string before)
        : context_(context),
          file_(file),
          request_(std::move(request)),
          before_(std::move(before)) {}

    Result<int> run() {
        while (true) {
            // The editor may take its time.
            context_.disconnect();
            const auto edited = file_.edit();
            WW_TRY(request_.text, file_.read());
            if (!edited) return edited.error();
            if (request_.text == before_) return 0;
            if (context_.is_planning()) return save();
            WW_TRY(const auto report, look());
            if (!report) return kInterrupted;
            const std::vector<protocol::FileDifference> failures = failures_in(*report);
            if (failures.empty()) {
                if (asks_) print_differences(context_.output(), report->files);
                if (!asks_ ||
                    confirm(fmt::format("Save {} of overlay {}", request_.path, request_.overlay)))
                    return save();
                keep();
                return 0;
            }
            for (const protocol::FileDifference& each : failures)
                context_.output().message(
                    Level::Error,
                    fmt::format("{}\n  for {}", each.text, nodes_text(each.nodes, each.count)));
            if (context_.flags().is_true("yes")) return save();
            if (asks_ && confirm("Edit it again")) continue;
            return Error(ErrorCode::Unprocessable,
                         fmt::format("{} of overlay {} was not saved: nodes could not use it",
                                     request_.path,
                                     request_.overlay))
                .with_hint("--yes saves it nevertheless");
        }
    }

    bool worth_keeping() const { return !request_.text.empty() && request_.text != before_; }
    void keep() {
        context_.output().message(Level::Warn,
                                  fmt::format("your text is kept in {}", file_.keep()));
    }

   private:
    Result<std::optional<protocol::PlanReport>> look() {
        return report_of_job<protocol::PlanReport>(
            context_,
            protocol::route::Plan{},
            {.path = std::string(protocol::route::OverlayWrite::path),
             .body = protocol::Json<protocol::route::OverlayWrite>::request(request_),
             .texts = asks_});
    }

    static std::vector<protocol::FileDifference> failures_in(const protocol::PlanReport& report) {
        std::vector<protocol::FileDifference> failures;
        for (const protocol::FileDifference& each : report.files)
            if (each.what == "fails") failures.push_back(each);
        return failures;
    }

    Result<int> save() { return ask(context_, protocol::route::OverlayWrite{}, request_); }

    Context& context_;
    EditedFile& file_;
    protocol::OverlayWriteRequest request_;
    const std::string before_;
    const bool asks_ = ::isatty(STDIN_FILENO) != 0 && !context_.flags().is_true("yes");
};

}  // namespace

Result<int> overlay_create(Context& context) {
    return ask(context,
               protocol::route::OverlayCreate{},
               protocol::OverlayPathRequest{context.arguments()[0], "", false, false});
}

Result<int> overlay_delete(Context& context) {
    const auto& words = context.arguments();
    return ask(context,
               protocol::route::OverlayDelete{},
               protocol::OverlayPathRequest{words[0],
                                            words.size() > 1 ? words[1] : "",
                                            context.flags().is_true("force"),
                                            context.flags().is_true("parents")});
}

Result<int> overlay_edit(Context& context) {
    protocol::OverlayWriteRequest request;
    request.overlay = context.arguments()[0];
    request.path = context.arguments()[1];
    request.parents = context.flags().is_true("parents");
    request.overwrite = true;
    // Compat: a new file is the caller's alone, as the temporary file was.
    request.mode = 0600;
    request.uid = ::geteuid();
    request.gid = ::getegid();
    WW_TRY_VOID(require_overlay(context, request.overlay));

    std::string before;
    const auto file =
        context.call(protocol::route::OverlayFile{}, {request.overlay, request.path, ""});
    if (file)
        before = file->text;
    else if (file.error().code() != ErrorCode::NotFound)
        return file.error();
    else if (request.path.ends_with(".ww"))
        before = kPrimer;
    WW_TRY(EditedFile edited, EditedFile::create("ww4OverlayEdit", "", before));
    Drafting drafting(context, edited, std::move(request), before);
    auto done = drafting.run();
    if (!done && drafting.worth_keeping() && !context.planned()) drafting.keep();
    return done;
}

Result<int> overlay_import(Context& context) {
    const auto& words = context.arguments();
    const std::string& source = words[1];
    struct stat status{};
    if (::stat(source.c_str(), &status) != 0) return Error::from_errno(errno, "open " + source);
    if (S_ISDIR(status.st_mode))
        return Error(ErrorCode::InvalidArgument, fmt::format("{} is a folder", source));
    constexpr mode_t kPermissions = 0777;
    protocol::OverlayWriteRequest request;
    request.overlay = words[0];
    request.path = words.size() > 2 ? words[2] : source;
    request.into_name = std::string(base_name(source));
    WW_TRY(request.text, read_to_the_end(source));
    request.mode = status.st_mode & kPermissions;
    request.uid = status.st_uid;
    request.gid = status.st_gid;
    request.parents = context.flags().is_true("parents");
    request.overwrite = context.flags().is_true("overwrite");
    return ask(context, protocol::route::OverlayWrite{}, request);
}

Result<int> overlay_mkdir(Context& context) {
    const auto& words = context.arguments();
    return ask(context,
               protocol::route::OverlayMakeFolder{},
               protocol::OverlayAttributeRequest{
                   words[0], words[1], folder_mode(context.flags().number("mode")), -1, -1});
}

Result<int> overlay_chmod(Context& context) {
    const auto& words = context.arguments();
    const auto mode = parse_octal(words[2]);
    if (!mode)
        return Error(
            ErrorCode::InvalidArgument,
            fmt::format("could not convert requested mode: {} is not octal", quote(words[2])));
    return ask(context,
               protocol::route::OverlayChangeMode{},
               protocol::OverlayAttributeRequest{words[0], words[1], *mode, -1, -1});
}

Result<int> overlay_chown(Context& context) {
    const auto& words = context.arguments();
    const std::string_view ids = words[2];
    const size_t colon = ids.find(':');
    protocol::OverlayAttributeRequest request{words[0], words[1], 0, -1, -1};
    // ":GID" leaves the owner, "UID" and "UID:" the group.
    const std::string_view uid = ids.substr(0, colon);
    if (!uid.empty() || colon == std::string_view::npos) {
        WW_TRY(request.uid, parse_id(uid, "UID"));
    }
    if (colon != std::string_view::npos && colon + 1 < ids.size()) {
        WW_TRY(request.gid, parse_id(ids.substr(colon + 1), "GID"));
    }
    return ask(context, protocol::route::OverlayChangeOwner{}, request);
}

}  // namespace ww::ctl::cmd
