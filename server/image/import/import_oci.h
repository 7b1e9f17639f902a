// SPDX-License-Identifier: BSD-3-Clause
//
// Makes images of container images and of tars: from registries and engines by way of skopeo, from
// OCI layouts and tars by our own reading. Blobs stay in the content store, so that a second import
// of the same fetches nothing. Source: reference/images-and-boot.md §1.4-1.6, §1.8.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "content/store.h"
#include "image/import.h"
#include "image/import/import_source.h"
#include "image/import/skopeo.h"
#include "image/record.h"
#include "oci/unpack.h"

namespace ww::image {

struct OciImport {
    std::string source;  // as typed, without secrets: for the record and messages
    std::optional<oci::Platform> platform;
    TransportOptions transport;
    oci::UnpackLimits limits;
    ImportOptions options;
    /// A line for whoever waits. Any time, on the calling thread.
    std::function<void(const std::string&)> tell;
    /// The same for what was imported, but not all of it.
    std::function<void(const std::string&)> warn;
};

/// From anything but a folder. Updates put the layers over the old tree, whiteouts and all. Errors:
/// those of place_tree(), oci::Layout, oci::Unpacker; FailedPrecondition (skopeo or curl is not
/// installed), Unavailable, NotFound, PermissionDenied (what the registry said).
Result<Record> import_oci(const Images& images,
                          const content::Store& store,
                          const ImportSource& from,
                          const Variant& tree,
                          const OciImport& import);

}  // namespace ww::image
