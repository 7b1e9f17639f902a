// SPDX-License-Identifier: BSD-3-Clause
#include "boot/service.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/guarded.h"
#include "base/log.h"
#include "base/net.h"
#include "base/path.h"
#include "base/quote.h"
#include "boot/admission.h"
#include "boot/answers.h"
#include "boot/failed_overlay.h"
#include "boot/files_route.h"
#include "boot/images.h"
#include "boot/machine_scripts.h"
#include "boot/read_ahead.h"
#include "boot/request.h"
#include "boot/script.h"
#include "boot/status.h"
#include "boot/status_page.h"
#include "config/config.h"
#include "image/generations/booted.h"
#include "overlay/builder.h"
#include "store/database.h"

namespace ww::boot {

namespace {

/// What our boot scripts ask for where an image has a zstd copy.
constexpr std::string_view kZstd = "zstd";

using SnapshotPtr = std::shared_ptr<const nodes::Snapshot>;

constexpr std::string_view kBadAsset = "BAD_ASSET";
constexpr std::string_view kBadRequest = "BAD_REQUEST";
constexpr std::string_view kNotFound = "NOT_FOUND";
constexpr std::string_view kUnavailable = "UNAVAILABLE";
constexpr std::string_view kWrongMachine = "WRONG_ARCH";

// When a node that was told "not now" may ask again.
constexpr int kComeBackSeconds = 30;

// Whether an answer may take as long as a build of an overlay or a change of nodes.conf: null if
// not, else what to call when it was another one's build that took long.
using Wait = const Service::Again*;

// An Ask, and the node it is for.
struct Request {
    const Ask& ask;
    Wait wait;
    SnapshotPtr snapshot;
    const nodes::Node* node = nullptr;  // null: nobody knows it

    std::string_view id() const {
        return node == nullptr ? std::string_view() : std::string_view(node->id);
    }
};

bool are_named_alike(const nodes::NodeList& some, const nodes::NodeList& others) {
    return std::ranges::equal(some, others, [](const nodes::Node& a, const nodes::Node& b) {
        return &a == &b || a.id == b.id;
    });
}

}  // namespace

struct Service::State {
    State(const config::WarewulfConf& given_conf,
          store::Database& given_database,
          overlay::Builder& given_overlays,
          const NodeImages& given_images)
        : conf(given_conf),
          database(given_database),
          overlays(given_overlays),
          images(given_images),
          scripts(given_conf, given_images) {}

    /// Nothing: the answer takes longer than `wait` allows.
    std::optional<Answer> answer(const Ask& ask, Wait wait) {
        const Row& row = row_of(ask.stage);
        const bool checked = row.admission == Admission::Checked;
        if (checked)
            if (auto refusal = refuse_early(conf, ask)) return refusal;
        Request request{ask, wait, database.snapshot()};
        request.node = request.snapshot->by_hwaddr(ask.identity);
        if (checked) {
            if (request.node == nullptr && request.snapshot->next_discoverable() != nullptr) {
                if (wait == nullptr) return std::nullopt;
                if (auto refusal = discover(request)) return refusal;
            }
            if (request.node != nullptr && !right_key(*request.node, ask))
                return recorded(refused(401, ask, "wrong asset key"), ask, request.id(), kBadAsset);
            if (const auto machine = machine_told(ask.machine); request.node != nullptr && machine)
                images.told(*request.node, *machine);
        }
        return (this->*(request.node == nullptr ? row.stranger : row.node))(request);
    }

    // ---- From stage to answer ----

    using Handler = std::optional<Answer> (State::*)(const Request&);

    // Who may ask is checked before a handler sees the request, or is the handler's own affair.
    enum class Admission { Checked, Own };

    struct Row {
        Stage stage;
        Admission admission;
        Handler node;
        Handler stranger;  // for somebody nobody knows
    };

    static const Row& row_of(Stage stage) {
        static constexpr std::array kRows = {
            Row{Stage::Ipxe, Admission::Checked, &State::ipxe, &State::unconfigured},
            Row{Stage::Grub, Admission::Checked, &State::grub, &State::no_such_file},
            Row{Stage::Efiboot, Admission::Checked, &State::efiboot, &State::who_is_that},
            Row{Stage::Kernel, Admission::Checked, &State::kernel, &State::who_is_that},
            Row{Stage::Image, Admission::Checked, &State::image, &State::who_is_that},
            Row{Stage::Initramfs, Admission::Checked, &State::initramfs, &State::who_is_that},
            Row{Stage::System, Admission::Checked, &State::system_overlay, &State::who_is_that},
            Row{Stage::Runtime, Admission::Checked, &State::runtime_overlay, &State::who_is_that},
            Row{Stage::Files, Admission::Own, &State::files, &State::files},
            Row{Stage::Status, Admission::Own, &State::status, &State::status},
        };
        static_assert(std::ranges::is_sorted(kRows, std::ranges::less_equal{}, &Row::stage) &&
                      kRows.size() == static_cast<size_t>(Stage::Status) + 1);
        return kRows[static_cast<size_t>(stage)];
    }

    std::optional<Answer> ipxe(const Request& request) {
        if (auto other = about_machine(request, ask_machine_ipxe, refuse_machine_ipxe))
            return other;
        auto made = scripts.ipxe(*request.node, request.ask);
        return script(request, told(request, std::move(made), tell_failure_ipxe));
    }
    std::optional<Answer> unconfigured(const Request& request) {
        return script(request, scripts.unconfigured(request.ask));
    }
    std::optional<Answer> grub(const Request& request) {
        if (auto other = about_machine(request, ask_machine_grub, refuse_machine_grub))
            return other;
        return script(request, grub_script(request));
    }
    std::optional<Answer> kernel(const Request& request) {
        return file_of_image(request, &NodeImages::kernel);
    }
    std::optional<Answer> initramfs(const Request& request) {
        return file_of_image(request, &NodeImages::initramfs);
    }
    std::optional<Answer> system_overlay(const Request& request) {
        return archive(request, overlay::Context::System);
    }
    std::optional<Answer> runtime_overlay(const Request& request) {
        return archive(request, overlay::Context::Runtime);
    }
    std::optional<Answer> no_such_file(const Request&) { return empty_answer(404); }
    std::optional<Answer> who_is_that(const Request& request) { return bad_request(request); }
    std::optional<Answer> status(const Request& request) {
        return request.wait == nullptr ? page.kept(board, *request.snapshot)
                                       : page.get(board, *request.snapshot);
    }

    std::optional<Answer> efiboot(const Request& request) {
        const std::string& name = request.ask.file;
        if (name == "grub.cfg") {
            if (auto other = about_machine(request, ask_machine_grub, refuse_machine_grub))
                return other;
            auto made = grub_script(request);
            if (!made && made.error().code() == ErrorCode::NotFound)
                return no_boot_file(request, made.error());
            return script(request, std::move(made));
        }
        const Finder find = name == "shim.efi"   ? &NodeImages::shim
                            : is_grub_name(name) ? &NodeImages::grub
                                                 : nullptr;
        if (find == nullptr) return no_boot_file(request, {ErrorCode::NotFound, "no such file"});
        auto plain = (images.*find)(*request.node, Form::Plain);
        return plain ? in_form(request, std::move(*plain), find)
                     : no_boot_file(request, plain.error());
    }

    std::optional<Answer> image(const Request& request) {
        if (request.node->image_name.empty()) return bad_request(request);
        const auto wanted = images.wanted(*request.node);
        if (!wanted && wanted.error().code() == ErrorCode::FailedPrecondition)
            return not_for(request, wanted.error());
        if (!wanted) return missing(request, wanted.error());
        const image::Serving& serving = wanted->serving;
        Answer answer =
            wanted->pin ? pinned_image(request, *wanted) : built_image(request, *wanted);
        if (serving.generation != nullptr && answer.status == 200)
            booted.record(request.id(), {wanted->tree, serving.generation->number});
        return answer;
    }

    /// Whoever asks for zstd takes gzip as well: the kernel sees what it is.
    Answer built_image(const Request& request, const NodeImages::Wanted& wanted) const {
        const std::string path = images.images().built(wanted.tree);
        if (request.ask.compress != kZstd) return pair_member(request, path, request.ask.compress);
        if (auto fd = images.zstd(*request.node))
            return send(request, std::move(*fd), images.images().zstd(wanted.tree));
        return pair_member(request, path, "gz");
    }

    /// Generations are kept in their compressed form.
    Answer pinned_image(const Request& request, const NodeImages::Wanted& wanted) const {
        const std::string file =
            fmt::format("{}.img.gz", image::ImageRef{wanted.tree.text(), wanted.pin}.text());
        if (request.ask.compress != "gz" && request.ask.compress != kZstd)
            return missing(request,
                           Error(ErrorCode::NotFound,
                                 fmt::format("of a pinned generation there is only {}", file)));
        UniqueFd fd;
        if (auto opened = images.open_generation(*wanted.serving.generation))
            fd = std::move(*opened);
        else
            return missing(request, opened.error().with_frame("opening " + file));
        return send(request, std::move(fd), file);
    }

    std::optional<Answer> files(const Request& request) {
        const Ask& ask = request.ask;
        if (auto refusal = refuse_files(conf, request.node, ask)) return refusal;
        if (!ask.render) return site_file(conf, ask);
        if (request.wait == nullptr) return std::nullopt;
        return rendered_site_file(conf, overlays, *request.snapshot, *request.node, ask);
    }

    // ---- Who may ask ----

    /// Takes a discoverable node for an unknown address. The candidate's asset key is checked
    /// before anything is taken (upstream checks it after, so a stranger takes the node).
    std::optional<Answer> discover(Request& request) {
        const Ask& ask = request.ask;
        // It is written to nodes.conf, and from there to what DHCP servers read.
        if (!is_hwaddr(ask.identity)) {
            log::warn("boot.no_address {} of peer {} is no hardware address, and is given no node",
                      quote(ask.identity),
                      ask.peer_address);
            return std::nullopt;
        }
        bool wrong_key = false;
        const auto accept = [&](const nodes::Node& candidate) {
            if (right_key(candidate, ask)) return true;
            wrong_key = true;
            return false;
        };
        const auto claim = database.claim_discoverable(ask.identity, accept);
        if (claim) {
            request.snapshot = claim->snapshot;
            request.node = claim->node;
            if (claim->discovered)
                log::info("discovered node={} hwaddr={} peer={}",
                          request.id(),
                          ask.identity,
                          ask.peer_address);
            return std::nullopt;
        }
        if (claim.error().code() != ErrorCode::NotFound) {
            log::error("boot.discovery_failed hwaddr={}: {}",
                       shown_identity(ask),
                       claim.error().describe());
            return empty_answer(503);
        }
        if (!wrong_key) return std::nullopt;
        return recorded(
            refused(401, ask, "wrong asset key for a discoverable node"), ask, "", kBadAsset);
    }

    // ---- What several stages have in common ----

    Answer bad_request(const Request& request) const {
        return recorded(empty_answer(400), request.ask, request.id(), kBadRequest);
    }

    Answer missing(const Request& request, const Error& why) const {
        log_missing(request, why);
        return recorded(empty_answer(404), request.ask, request.id(), kNotFound);
    }

    Answer not_now(const Request& request, const Error& why) const {
        log::error("boot.unavailable node={} stage={}: {}",
                   request.id(),
                   to_string(request.ask.stage),
                   why.describe());
        Answer answer = empty_answer(503);
        answer.headers.emplace_back("Retry-After", std::to_string(kComeBackSeconds));
        return recorded(std::move(answer), request.ask, request.id(), kUnavailable);
    }

    static Answer no_boot_file(const Request& request, const Error& why) {
        log_missing(request, why);
        return empty_answer(404);
    }

    static void log_missing(const Request& request, const Error& why) {
        const std::string& file = request.ask.file;
        log::warn("boot.not_found node={} stage={}{}: {}",
                  request.id(),
                  to_string(request.ask.stage),
                  file.empty() ? "" : " file=" + quote(file),
                  why.describe());
    }

    Answer script(const Request& request, Result<Script> made) const {
        if (!made) {
            if (made.error().code() == ErrorCode::NotFound) return missing(request, made.error());
            log::warn("boot.script_failed node={} stage={}: {}",
                      request.id(),
                      to_string(request.ask.stage),
                      made.error().describe());
            return empty_answer(500);
        }
        if (!request.ask.compress.empty()) return empty_answer(404);
        return recorded(
            body_answer("text", std::move(made->text)), request.ask, request.id(), made->name);
    }

    /// With a word about an overlay that the node will not get.
    Result<Script> told(const Request& request,
                        Result<Script> made,
                        std::string (*tell)(std::string, std::string_view)) const {
        const auto failure = overlays.failure(request.node->id, overlay::Context::System);
        if (made && failure) made->text = tell(std::move(made->text), *failure);
        return made;
    }

    Result<Script> grub_script(const Request& request) {
        return told(request, scripts.grub(*request.node, request.ask), tell_failure_grub);
    }

    Answer send(const Request& request, UniqueFd fd, const std::string& path) const {
        auto answer = file_answer(std::move(fd));
        if (!answer) return missing(request, answer.error().with_frame("sending " + path));
        return recorded(std::move(*answer), request.ask, request.id(), base_name(path));
    }

    using Finder = Result<ImageFile> (NodeImages::*)(const nodes::Node&, Form) const;

    Answer file_of_image(const Request& request, Finder find) const {
        auto plain = (images.*find)(*request.node, Form::Plain);
        if (plain) return in_form(request, std::move(*plain), find);
        return not_for(request, plain.error());
    }

    /// What the node asks for is not there, or not for its machine.
    Answer not_for(const Request& request, const Error& why) const {
        log_missing(request, why);
        const bool wrong = why.code() == ErrorCode::FailedPrecondition;
        return wrong ? recorded(empty_answer(400), request.ask, request.id(), kWrongMachine)
                     : bad_request(request);
    }

    /// A script in place of the node's own: nobody knows yet what machine it is and that makes a
    /// difference, or it is one its image is not for.
    std::optional<Answer> about_machine(const Request& request,
                                        std::string (*asking)(std::string_view, const Ask&),
                                        std::string (*refusing)(const WrongMachine&)) const {
        const nodes::Node& node = *request.node;
        const auto trees = images.trees(node);
        if (!trees->told_apart()) return std::nullopt;
        const auto machine = images.machine(node);
        if (!machine && !request.ask.machine_told)
            return body_answer("text",
                               asking(authority(conf, request.ask.peer_address), request.ask));
        if (!machine || trees->fitting(*machine) != nullptr) return std::nullopt;
        const WrongMachine wrong{.node = node.id,
                                 .machine = std::string(to_string(*machine)),
                                 .image = node.image_name,
                                 .architectures = trees->architectures()};
        log::warn("boot.wrong_machine node={}: {}", request.id(), describe(wrong));
        return recorded(
            body_answer("text", refusing(wrong)), request.ask, request.id(), kWrongMachine);
    }

    // `plain` must exist also if its compressed form is asked for.
    Answer in_form(const Request& request, ImageFile plain, Finder find) const {
        const std::string& compress = request.ask.compress;
        if (compress.empty()) return send(request, std::move(plain.fd), plain.path);
        if (compress != "gz") return empty_answer(404);
        auto packed = (images.*find)(*request.node, Form::Gzip);
        return packed ? send(request, std::move(packed->fd), packed->path) : empty_answer(404);
    }

    std::optional<Answer> archive(const Request& request, overlay::Context context) {
        const std::string& compress = request.ask.compress;
        if (!compress.empty() && compress != "gz") return empty_answer(404);
        const auto form = compress.empty() ? overlay::Form::Plain : overlay::Form::Gzip;
        if (request.wait == nullptr) {
            const auto served = overlays.current(request.snapshot, *request.node, context, form);
            return served ? std::optional(send_archive(request, context, *served)) : std::nullopt;
        }
        const auto served =
            overlays.ensure(request.snapshot, *request.node, context, form, *request.wait);
        if (!served) return std::nullopt;
        if (*served) return send_archive(request, context, **served);
        const Error& why = served->error();
        return why.code() == ErrorCode::Unavailable ? not_now(request, why) : missing(request, why);
    }

    Answer send_archive(const Request& request,
                        overlay::Context context,
                        const overlay::Served& served) const {
        if (!served.archive)
            return pair_member(
                request, overlays.archive_path(request.node->id, context), request.ask.compress);
        auto answer = archive_answer(*served.archive);
        if (!answer) return missing(request, answer.error().with_frame("sending " + served.path));
        return recorded(std::move(*answer), request.ask, request.id(), base_name(served.path));
    }

    // One of "X" and "X.gz", which are made together.
    Answer pair_member(const Request& request,
                       const std::string& path,
                       std::string_view compress) const {
        UniqueFd plain(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
        if (!plain.valid()) return missing(request, Error::from_errno(errno, "open " + path));
        if (compress.empty()) return send(request, std::move(plain), path);
        if (compress != "gz") return empty_answer(404);
        const std::string packed_path = path + ".gz";
        UniqueFd packed(::open(packed_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
        return packed.valid() ? send(request, std::move(packed), packed_path) : empty_answer(404);
    }

    const config::WarewulfConf& conf;
    store::Database& database;
    overlay::Builder& overlays;
    const NodeImages& images;
    image::Booted booted{images.images().content()};
    Scripts scripts;
    StatusBoard board;
    StatusPage page;
    Guarded<SnapshotPtr> retained;  // whose nodes board and machines were held against last
};

Service::Service(const config::WarewulfConf& conf,
                 store::Database& database,
                 overlay::Builder& overlays,
                 const NodeImages& images)
    : state_(std::make_unique<State>(conf, database, overlays, images)) {}

Service::~Service() = default;

void Service::read_ahead(std::span<const Ask> asks) const {
    const SnapshotPtr snapshot = state_->database.snapshot();
    std::vector<std::string_view> addresses;
    addresses.reserve(asks.size());
    for (const Ask& ask : asks) addresses.push_back(ask.identity);
    const std::vector<const nodes::Node*> nodes = snapshot->by_hwaddr(addresses);
    boot::read_ahead(nodes);
    state_->board.read_ahead(nodes);
}

std::optional<Answer> Service::answer_at_once(const Ask& ask) {
    return for_firmware(ask, state_->answer(ask, nullptr));
}

std::optional<Answer> Service::answer(const Ask& ask, const Again& again) {
    return for_firmware(ask, state_->answer(ask, &again));
}

void Service::sent(const Record& record) { state_->board.record(record, ::time(nullptr)); }

std::vector<LastSent> Service::last_sent() const {
    std::vector<LastSent> rows = state_->board.list(*state_->database.snapshot());
    for (LastSent& row : rows) {
        if (row.sent != kNotFound) continue;
        for (const overlay::Context context : {overlay::Context::System, overlay::Context::Runtime})
            if (row.stage == to_string(context))
                if (const auto why = state_->overlays.failure(row.node, context))
                    row.sent = failed_word(*why);
    }
    return rows;
}

uint64_t Service::status_changes() const { return state_->board.changes(); }

void Service::reloaded(bool anew) {
    const SnapshotPtr snapshot = state_->database.snapshot();
    const SnapshotPtr before =
        state_->retained.with([&](SnapshotPtr& kept) { return std::exchange(kept, snapshot); });
    if (!anew && before && are_named_alike(before->nodes(), snapshot->nodes())) return;
    state_->board.retain(*snapshot, anew);
    state_->images.retain_machines(*snapshot);
}

}  // namespace ww::boot
