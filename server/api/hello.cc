// SPDX-License-Identifier: BSD-3-Clause
#include "api/hello.h"

#include <fmt/format.h>

#include "api/handlers.h"
#include "base/site_files.h"

namespace ww::api {

Result<protocol::Welcome> welcome(const std::string& config,
                                  const config::WarewulfConf& conf,
                                  const protocol::Hello& hello) {
    if (!hello.config.empty() && hello.config != config)
        return Error(ErrorCode::Conflict,
                     fmt::format("this wwd serves {}, not {}", config, hello.config));
    return protocol::Welcome{
        config, socket_file(run_folder(config, conf.paths.localstatedir)), WW_VERSION};
}

Result<protocol::Welcome> say_hello(Call& call, const protocol::Hello& request) {
    return welcome(call.site.config, call.site.conf, request);
}

}  // namespace ww::api
