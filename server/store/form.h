// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace ww::store {

/// How an edit of nodes.conf is written.
enum class Form {
    Keep,  // of every line that need not change
    Anew,  // the whole file in upstream's form: without comments and anchors
};

}  // namespace ww::store
