// SPDX-License-Identifier: BSD-3-Clause
//
// Overlay archives for who writes them elsewhere, in parts that fit into a reply. All of one
// archive's are of the same making: what changes meanwhile makes another one.
#include <fmt/format.h>

#include <algorithm>

#include "api/changes.h"
#include "api/handlers.h"
#include "overlay/builder.h"

namespace ww::api {

namespace {

constexpr uint64_t kArchivePart = 1 << 20;

Result<overlay::ArchivePtr> archive_of(Call& call, const protocol::OverlayArchiveRequest& request) {
    using overlay::Context;
    const auto form = request.packed ? overlay::Form::Gzip : overlay::Form::Plain;
    const auto context =
        request.context == to_string(Context::System) ? Context::System : Context::Runtime;
    if (request.context != to_string(context))
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("{}: archives are system or runtime", request.context));
    if (!request.digest.empty()) {
        auto archive = call.site.overlays.made_lately(request.node, context, form);
        if (archive && archive->digest == request.digest) return archive;
        return Error(ErrorCode::Conflict,
                     fmt::format("the {} overlay archive of {} is another one by now",
                                 request.context,
                                 request.node));
    }
    WW_TRY(const auto snapshot, current(call.site));
    const nodes::Node* const node = snapshot->find(request.node);
    if (node == nullptr)
        return Error(ErrorCode::NotFound, fmt::format("there is no node {}", request.node));
    return call.site.overlays.archive(snapshot, *node, context, form);
}

}  // namespace

Result<protocol::OverlayArchivePart> overlay_archive(
    Call& call, const protocol::OverlayArchiveRequest& request) {
    WW_TRY(const overlay::ArchivePtr archive, archive_of(call, request));
    const uint64_t size = archive->pieces.size;
    if (request.offset < 0 || static_cast<uint64_t>(request.offset) > size)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("the archive has no byte {}", request.offset));
    const auto first = static_cast<uint64_t>(request.offset);
    archive::StringSink part;
    WW_TRY_VOID(archive->pieces.write(part, first, std::min(kArchivePart, size - first)));
    return protocol::OverlayArchivePart{.digest = archive->digest,
                                        .size = static_cast<int64_t>(size),
                                        .bytes = std::move(part).text()};
}

}  // namespace ww::api
