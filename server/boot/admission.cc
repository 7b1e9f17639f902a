// SPDX-License-Identifier: BSD-3-Clause
#include "boot/admission.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/net.h"
#include "base/quote.h"
#include "boot/answers.h"
#include "boot/request.h"
#include "config/config.h"
#include "nodes/node.h"

namespace ww::boot {

bool right_key(const nodes::Node& node, const Ask& ask) {
    return node.asset_key.empty() || equal_secrets(node.asset_key, ask.asset_key);
}

std::string shown_identity(const Ask& ask) {
    return is_hwaddr(ask.identity) ? ask.identity : quote(ask.identity);
}

Answer refused(int status, const Ask& ask, const char* why) {
    log::warn("boot.refused stage={} hwaddr={} peer={}:{}: {}",
              to_string(ask.stage),
              shown_identity(ask),
              ask.peer_address,
              ask.peer_port,
              why);
    return empty_answer(status);
}

std::optional<Answer> refuse_early(const config::WarewulfConf& conf, const Ask& ask) {
    if (ask.stage == Stage::Runtime && conf.warewulf.tls() && !ask.tls)
        return refused(403, ask, "the runtime overlay is sent over TLS only");
    if (ask.identity.empty()) return empty_answer(400);
    if (ask.stage == Stage::Runtime && conf.warewulf.secure() &&
        ask.peer_port >= kFirstUnprivilegedPort)
        return refused(401, ask, "the runtime overlay is sent to privileged ports only");
    return std::nullopt;
}

}  // namespace ww::boot
