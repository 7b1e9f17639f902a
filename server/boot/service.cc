// SPDX-License-Identifier: BSD-3-Clause
#include "boot/service.h"

#include <fcntl.h>

#include <ctime>

#include "base/digest.h"
#include "base/log.h"
#include "base/path.h"
#include "boot/answers.h"
#include "boot/images.h"
#include "boot/read_ahead.h"
#include "boot/request.h"
#include "boot/script.h"
#include "boot/site_files.h"
#include "boot/status.h"
#include "config/config.h"
#include "overlay/builder.h"
#include "store/database.h"

namespace ww::boot {

namespace {

using SnapshotPtr = std::shared_ptr<const nodes::Snapshot>;

constexpr uint16_t kFirstUnprivilegedPort = 1024;

constexpr std::string_view kBadAsset = "BAD_ASSET";
constexpr std::string_view kBadRequest = "BAD_REQUEST";
constexpr std::string_view kNotFound = "NOT_FOUND";

// The node an Ask is for. `node` is null for one that nobody knows.
struct Identified {
    SnapshotPtr snapshot;
    const nodes::Node* node = nullptr;

    std::string_view id() const {
        return node == nullptr ? std::string_view() : std::string_view(node->id);
    }
};

bool right_key(const nodes::Node& node, const Ask& ask) {
    return node.asset_key.empty() || equal_secrets(node.asset_key, ask.asset_key);
}

bool is_grub_name(std::string_view name) {
    for (const std::string_view known : {"grub.efi",
                                         "grub-tpm.efi",
                                         "grubx64.efi",
                                         "grubia32.efi",
                                         "grubaa64.efi",
                                         "grubarm.efi"}) {
        if (name == known) return true;
    }
    return false;
}

Answer refused(int status, const Ask& ask, const char* why) {
    log::warn("boot.refused stage={} hwaddr={} peer={}:{}: {}",
              to_string(ask.stage),
              ask.identity,
              ask.peer_address,
              ask.peer_port,
              why);
    return empty_answer(status);
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

    // ---- Who asks ----

    /// What can be said without knowing the node.
    std::optional<Answer> refuse_early(const Ask& ask) const {
        if (ask.stage == Stage::Runtime && conf.warewulf.tls() && !ask.tls)
            return refused(403, ask, "the runtime overlay is sent over TLS only");
        if (ask.identity.empty()) return empty_answer(400);
        if (ask.stage == Stage::Runtime && conf.warewulf.secure() &&
            ask.peer_port >= kFirstUnprivilegedPort)
            return refused(401, ask, "the runtime overlay is sent to privileged ports only");
        return std::nullopt;
    }

    Identified look_up(const Ask& ask) const {
        Identified who;
        who.snapshot = database.snapshot();
        who.node = who.snapshot->by_hwaddr(ask.identity);
        return who;
    }

    /// Takes a discoverable node for an unknown address. The candidate's asset key is checked
    /// before anything is taken (upstream checks it after, so a stranger takes the node).
    std::optional<Answer> discover(const Ask& ask, Identified& who) {
        bool wrong_key = false;
        const auto accept = [&](const nodes::Node& candidate) {
            if (right_key(candidate, ask)) return true;
            wrong_key = true;
            return false;
        };
        const auto claim = database.claim_discoverable(ask.identity, accept);
        if (claim) {
            who.snapshot = claim->snapshot;
            who.node = claim->node;
            if (claim->discovered)
                log::info("discovered node={} hwaddr={} peer={}",
                          who.node->id,
                          ask.identity,
                          ask.peer_address);
            return std::nullopt;
        }
        if (claim.error().code() != ErrorCode::NotFound) {
            log::error(
                "boot.discovery_failed hwaddr={}: {}", ask.identity, claim.error().describe());
            return empty_answer(503);
        }
        if (!wrong_key) return std::nullopt;
        return recorded(
            refused(401, ask, "wrong asset key for a discoverable node"), ask, "", kBadAsset);
    }

    // ---- What they get ----

    Answer handle(const Ask& ask, const Identified& who) {
        if (who.node != nullptr && !right_key(*who.node, ask))
            return recorded(refused(401, ask, "wrong asset key"), ask, who.id(), kBadAsset);
        switch (ask.stage) {
            case Stage::Ipxe:
                return who.node == nullptr ? script(ask, who, scripts.unconfigured(ask))
                                           : script(ask, who, scripts.ipxe(*who.node, ask));
            case Stage::Grub:
                return who.node == nullptr ? empty_answer(404)
                                           : script(ask, who, scripts.grub(*who.node, ask));
            default:
                break;
        }
        if (who.node == nullptr) return recorded(empty_answer(400), ask, "", kBadRequest);
        switch (ask.stage) {
            case Stage::Efiboot:
                return efiboot(ask, who);
            case Stage::Kernel:
                return file_of_image(
                    ask, who, images.kernel(*who.node, false), &NodeImages::kernel);
            case Stage::Initramfs:
                return file_of_image(
                    ask, who, images.initramfs(*who.node, false), &NodeImages::initramfs);
            case Stage::Image:
                return image(ask, who);
            case Stage::System:
                return archive(ask, who, overlay::Context::System);
            case Stage::Runtime:
                return archive(ask, who, overlay::Context::Runtime);
            default:
                return empty_answer(404);
        }
    }

    Answer script(const Ask& ask, const Identified& who, Result<Script> made) const {
        if (!made) {
            if (made.error().code() == ErrorCode::NotFound) return missing(ask, who, made.error());
            log::warn("boot.script_failed node={} stage={}: {}",
                      who.id(),
                      to_string(ask.stage),
                      made.error().describe());
            return empty_answer(500);
        }
        if (!ask.compress.empty()) return empty_answer(404);
        return recorded(body_answer("text", std::move(made->text)), ask, who.id(), made->name);
    }

    Answer missing(const Ask& ask, const Identified& who, const Error& why) const {
        log::warn(
            "boot.not_found node={} stage={}: {}", who.id(), to_string(ask.stage), why.describe());
        return recorded(empty_answer(404), ask, who.id(), kNotFound);
    }

    Answer send(const Ask& ask, const Identified& who, UniqueFd fd, const std::string& path) const {
        auto answer = file_answer(std::move(fd));
        if (!answer) return missing(ask, who, answer.error().with_frame("sending " + path));
        return recorded(std::move(*answer), ask, who.id(), base_name(path));
    }

    using Finder = Result<ImageFile> (NodeImages::*)(const nodes::Node&, bool) const;

    // `plain` must exist also if its compressed form is asked for.
    Answer file_of_image(const Ask& ask,
                         const Identified& who,
                         Result<ImageFile> plain,
                         Finder find) const {
        if (!plain) {
            log::warn("boot.not_found node={} stage={}: {}",
                      who.id(),
                      to_string(ask.stage),
                      plain.error().describe());
            return recorded(empty_answer(400), ask, who.id(), kBadRequest);
        }
        if (ask.compress.empty()) return send(ask, who, std::move(plain->fd), plain->path);
        if (ask.compress != "gz") return empty_answer(404);
        auto packed = (images.*find)(*who.node, true);
        return packed ? send(ask, who, std::move(packed->fd), packed->path) : empty_answer(404);
    }

    Answer efiboot(const Ask& ask, const Identified& who) {
        if (ask.file == "grub.cfg") {
            auto made = scripts.grub(*who.node, ask);
            const bool absent = !made && made.error().code() == ErrorCode::NotFound;
            return absent ? empty_answer(404) : script(ask, who, std::move(made));
        }
        const Finder find = ask.file == "shim.efi"   ? &NodeImages::shim
                            : is_grub_name(ask.file) ? &NodeImages::grub
                                                     : nullptr;
        if (find == nullptr) return empty_answer(404);
        auto plain = (images.*find)(*who.node, false);
        if (!plain) return empty_answer(404);
        return file_of_image(ask, who, std::move(plain), find);
    }

    Answer image(const Ask& ask, const Identified& who) const {
        const std::string& name = who.node->image_name;
        if (name.empty()) return recorded(empty_answer(400), ask, who.id(), kBadRequest);
        return pair_member(ask, who, images.images().built(name));
    }

    Answer archive(const Ask& ask, const Identified& who, overlay::Context context) {
        const auto path = overlays.ensure(who.snapshot, *who.node, context);
        if (!path) return missing(ask, who, path.error());
        return pair_member(ask, who, *path);
    }

    // One of "X" and "X.gz", which are made together.
    Answer pair_member(const Ask& ask, const Identified& who, const std::string& path) const {
        UniqueFd plain(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
        if (!plain.valid()) return missing(ask, who, Error::from_errno(errno, "open " + path));
        if (ask.compress.empty()) return send(ask, who, std::move(plain), path);
        if (ask.compress != "gz") return empty_answer(404);
        const std::string packed_path = path + ".gz";
        UniqueFd packed(::open(packed_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
        return packed.valid() ? send(ask, who, std::move(packed), packed_path) : empty_answer(404);
    }

    std::optional<Answer> files(const Ask& ask, bool may_block) {
        const Identified who = look_up(ask);
        if (auto refusal = refuse_files(conf, who.node, ask)) return refusal;
        if (!ask.render) return site_file(conf, ask);
        if (!may_block) return std::nullopt;
        return rendered_site_file(conf, overlays, *who.snapshot, *who.node, ask);
    }

    bool at_hand(const Ask& ask, const Identified& who) const {
        if (who.node == nullptr) return who.snapshot->next_discoverable() == nullptr;
        if (ask.stage == Stage::System)
            return overlays.is_current(*who.snapshot, *who.node, overlay::Context::System);
        if (ask.stage == Stage::Runtime)
            return overlays.is_current(*who.snapshot, *who.node, overlay::Context::Runtime);
        return true;
    }

    Answer status() const {
        return body_answer("text/plain; charset=utf-8", board.to_json(*database.snapshot()));
    }

    const config::WarewulfConf& conf;
    store::Database& database;
    overlay::Builder& overlays;
    const NodeImages& images;
    Scripts scripts;
    StatusBoard board;
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
    if (ask.stage == Stage::Status) return state_->status();
    if (ask.stage == Stage::Files) return state_->files(ask, /*may_block=*/false);
    if (auto refusal = state_->refuse_early(ask)) return refusal;
    const Identified who = state_->look_up(ask);
    if (!state_->at_hand(ask, who)) return std::nullopt;
    return state_->handle(ask, who);
}

Answer Service::answer(const Ask& ask) {
    if (ask.stage == Stage::Status) return state_->status();
    if (ask.stage == Stage::Files) return *state_->files(ask, /*may_block=*/true);
    if (auto refusal = state_->refuse_early(ask)) return std::move(*refusal);
    Identified who = state_->look_up(ask);
    if (who.node == nullptr && who.snapshot->next_discoverable() != nullptr) {
        if (auto refusal = state_->discover(ask, who)) return std::move(*refusal);
    }
    return state_->handle(ask, who);
}

void Service::sent(const Record& record) { state_->board.record(record, ::time(nullptr)); }

std::string Service::status_json() const {
    return state_->board.to_json(*state_->database.snapshot());
}

std::vector<LastSent> Service::last_sent() const {
    return state_->board.list(*state_->database.snapshot());
}

void Service::reloaded(bool anew) { state_->board.retain(*state_->database.snapshot(), anew); }

}  // namespace ww::boot
