// SPDX-License-Identifier: BSD-3-Clause
#include "image/check/check.h"

#include <algorithm>
#include <tuple>

#include "image/record.h"

namespace ww::image {

Result<Findings> check_tree(const Images& images,
                            const Variant& tree,
                            const CheckOptions& options) {
    WW_TRY(const ConfinedDir rootfs, images.open(tree));
    Findings findings;
    check_boot(rootfs, architecture_of(images, tree), options.two_stage, findings);
    check_identity(rootfs, findings);
    WW_TRY_VOID(check_files(rootfs, options.stop, findings));
    check_limits(images, tree, rootfs, findings);
    std::ranges::stable_sort(findings, [](const Finding& a, const Finding& b) {
        return std::tie(a.kind, a.path) < std::tie(b.kind, b.path);
    });
    return findings;
}

}  // namespace ww::image
