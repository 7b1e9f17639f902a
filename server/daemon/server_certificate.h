// SPDX-License-Identifier: BSD-3-Clause
//
// The server's certificate and key in the main process: read from their files, checked before the
// front gets them, read again when the files change.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "daemon/file_watch.h"
#include "daemon/link/wire.h"

namespace ww::daemon {

/// Both of one folder. Blocking. Errors: NotFound, TooLarge (over what one packet to the front
/// holds), InvalidArgument (unusable, or they do not belong together), Io.
Result<CertificateFrame> read_certificate_files(const std::string& folder);

/// Used on the context's thread.
class CertificateWatch {
   public:
    /// `on_change` is called when either file was rewritten or replaced, and holds still.
    CertificateWatch(boost::asio::io_context& context,
                     const std::string& folder,
                     const std::function<void()>& on_change);
    /// Errors: NotFound (no such folder), Io.
    Result<void> start();

   private:
    FileWatch certificate_;
    FileWatch key_;
};

}  // namespace ww::daemon
