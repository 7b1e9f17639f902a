// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/renders/made_by.h"

#include <cstdlib>

#include "base/digest.h"
#include "base/file.h"
#include "render/inputs.h"

namespace ww::overlay {

std::string renders_made_by(const config::WarewulfConf& conf) {
    render::Packer packed;
    if (const auto program = identity_of("/proc/self/exe")) render::put_identity(packed, *program);
    packed.text(conf.paths.sysconfdir);
    packed.text(conf.paths.wwchrootdir);
    const char* zone = ::getenv("TZ");
    packed.text(zone == nullptr ? "" : zone);
    return sha256_hex(packed.bytes());
}

}  // namespace ww::overlay
