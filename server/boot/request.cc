// SPDX-License-Identifier: BSD-3-Clause
#include "boot/request.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/net.h"
#include "base/path.h"
#include "base/url/percent.h"

namespace ww::boot {

namespace {

struct StageName {
    std::string_view name;
    Stage stage;
};

// First the plain names (in the order of Stage), then the names of Warewulf 4.5 and older.
constexpr std::array kStageNames = {
    StageName{"ipxe", Stage::Ipxe},
    StageName{"grub", Stage::Grub},
    StageName{"efiboot", Stage::Efiboot},
    StageName{"kernel", Stage::Kernel},
    StageName{"image", Stage::Image},
    StageName{"initramfs", Stage::Initramfs},
    StageName{"system", Stage::System},
    StageName{"runtime", Stage::Runtime},
    StageName{"files", Stage::Files},
    StageName{"status", Stage::Status},
    StageName{"container", Stage::Image},
    StageName{"overlay-system", Stage::System},
    StageName{"overlay-runtime", Stage::Runtime},
};

std::optional<Stage> stage_named(std::string_view name) {
    for (const StageName& row : kStageNames) {
        if (row.name == name) return row.stage;
    }
    return std::nullopt;
}

// Half of the world reads as far as that, and the other half further.
bool holds_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

// The query as far as routes need it: the first value of a name counts.
class Query {
   public:
    explicit Query(std::string_view text) : pairs_(query_pairs(text)) {}

    const std::string* find(std::string_view name) const {
        for (const auto& [key, value] : pairs_) {
            if (key == name) return &value;
        }
        return nullptr;
    }
    std::string get(std::string_view name) const {
        const std::string* value = find(name);
        return value == nullptr ? std::string() : *value;
    }

    bool refused() const {
        return std::any_of(pairs_.begin(), pairs_.end(), [](const auto& pair) {
            return holds_nul(pair.first) || holds_nul(pair.second);
        });
    }

   private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

// "first/rest" without the leading slash. `slash` tells whether anything but the name was there.
struct Split {
    std::string_view first;
    std::string_view rest = {};
    bool slash = false;
};

Split split_path(std::string_view path) {
    path.remove_prefix(1);
    const size_t slash = path.find('/');
    if (slash == std::string_view::npos) return {.first = path};
    return {.first = path.substr(0, slash), .rest = path.substr(slash + 1), .slash = true};
}

// The longest word there is for an architecture has ten.
constexpr size_t kMaxMachineBytes = 32;

Error no_such_route() { return {ErrorCode::NotFound, "404 page not found"}; }
Error bad_request(const char* why) { return {ErrorCode::InvalidArgument, why}; }

}  // namespace

std::string_view to_string(Stage stage) { return kStageNames[static_cast<size_t>(stage)].name; }

std::optional<std::string> normal_path(std::string_view target) {
    const auto decoded = percent_decode(target.substr(0, target.find_first_of("?#")), Plus::Itself);
    if (!decoded || !decoded->starts_with('/')) return std::nullopt;
    std::string path = rooted_path(*decoded);
    const std::string_view all = *decoded;
    const bool folder = all.ends_with('/') || all.ends_with("/.") || all.ends_with("/..");
    if (folder && path != "/") path += '/';
    return path;
}

Result<Ask> parse_request(const Target& target, const ArpLookup& arp) {
    const auto path = normal_path(target.target);
    if (!path) return bad_request("the path holds a bad escape");
    const size_t question = target.target.find('?');
    const Query query(question == std::string_view::npos ? std::string_view()
                                                         : target.target.substr(question + 1));
    if (holds_nul(*path) || query.refused()) return bad_request("a NUL in the target");
    const Split split = split_path(*path);

    Ask ask;
    ask.peer_address = target.peer_address;
    ask.peer_port = target.peer_port;
    ask.tls = target.tls;
    const bool provision = split.first == "provision";
    const auto stage = provision ? std::optional(Stage::Ipxe) : stage_named(split.first);
    if (!stage) return no_such_route();
    ask.stage = *stage;
    if (ask.stage == Stage::Status) {
        if (split.slash) return no_such_route();
        return ask;
    }
    ask.asset_key = query.get("assetkey");
    ask.compress = query.get("compress");
    if (const std::string* machine = query.find("arch"); machine != nullptr) {
        ask.machine_told = true;
        ask.machine = machine->substr(0, kMaxMachineBytes);
    }
    if (const std::string* name = query.find("stage");
        provision && name != nullptr && *name != "provision") {
        const auto wanted = stage_named(*name);
        if (!wanted || *wanted == Stage::Efiboot || *wanted == Stage::Files ||
            *wanted == Stage::Status)
            return bad_request("unknown stage");
        ask.stage = *wanted;
    }

    if (ask.stage == Stage::Files || ask.stage == Stage::Efiboot) {
        ask.file = split.rest;
        if (ask.stage == Stage::Efiboot && ask.file.empty()) ask.file = query.get("file");
        if (const std::string* node = query.find("render"); node != nullptr) {
            ask.render = true;
            ask.render_node = *node;
        }
    } else {
        ask.identity = split.rest.substr(0, split.rest.find('/'));
    }
    if (ask.identity.empty()) ask.identity = query.get("wwid");
    if (ask.identity.empty()) ask.identity = arp(target.peer_address).value_or("");
    ask.identity = normal_hwaddr(ask.identity);
    // /files says in words that it does not know who asks, and a runtime overlay asked for in the
    // clear is refused before anything else; both are for the main process to say.
    if (ask.identity.empty() && ask.stage != Stage::Files &&
        (ask.stage != Stage::Runtime || provision))
        return bad_request("no node identity");
    return ask;
}

}  // namespace ww::boot
