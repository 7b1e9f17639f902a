// SPDX-License-Identifier: BSD-3-Clause
//
// /files/…: files of the site for nodes that are known, as they are or rendered for the node that
// asks. Source: reference/http.md §2.9.
#pragma once

#include "boot/ask.h"
#include "config/config.h"
#include "nodes/snapshot.h"
#include "overlay/builder.h"

namespace ww::boot {

/// An error of /files: a line of text.
Answer text_answer(int status, std::string_view text);

/// Who asks, and whether they may: nothing if all is well, else the refusal.
std::optional<Answer> refuse_files(const config::WarewulfConf& conf,
                                   const nodes::Node* node,
                                   const Ask& ask);

/// The file, raw. Links inside the folder are followed, and cannot lead out of it.
Answer site_file(const config::WarewulfConf& conf, const Ask& ask);

/// A template rendered for `node`; only what comes before the first `file` is sent.
Answer rendered_site_file(const config::WarewulfConf& conf,
                          const overlay::Builder& overlays,
                          const nodes::Snapshot& snapshot,
                          const nodes::Node& node,
                          const Ask& ask);

}  // namespace ww::boot
