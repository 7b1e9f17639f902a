// SPDX-License-Identifier: BSD-3-Clause
//
// The handlers that the rows of the table name. Each lives in the file of its resource. Internal to
// this layer.
#pragma once

#include <vector>

#include "rest/route.h"

namespace ww::rest {

Result<Answer> get_nodes(const Call& call);
Result<Answer> get_node(const Call& call);
Result<Answer> get_raw_node(const Call& call);
Result<Answer> get_node_fields(const Call& call);
Result<Answer> get_node_overlays(const Call& call);
Result<Answer> put_node(const Call& call);
Result<Answer> patch_node(const Call& call);
Result<Answer> delete_node(const Call& call);
Result<Answer> build_overlays(const Call& call);
Result<Answer> build_all_overlays(const Call& call);

Result<Answer> get_profiles(const Call& call);
Result<Answer> get_profile(const Call& call);
Result<Answer> put_profile(const Call& call);
Result<Answer> patch_profile(const Call& call);
Result<Answer> delete_profile(const Call& call);

Result<Answer> get_images(const Call& call);
Result<Answer> get_image(const Call& call);
Result<Answer> patch_image(const Call& call);
Result<Answer> delete_image(const Call& call);
Result<Answer> import_image(const Call& call);
Result<Answer> build_image(const Call& call);

Result<Answer> get_overlays(const Call& call);
Result<Answer> get_overlay(const Call& call);
Result<Answer> put_overlay(const Call& call);
Result<Answer> delete_overlay(const Call& call);
Result<Answer> get_overlay_file(const Call& call);
Result<Answer> put_overlay_file(const Call& call);
Result<Answer> delete_overlay_file(const Call& call);

Result<Answer> get_status_events(const Call& call);

/// A row for each row of protocol/routes.h, below /api: what wwctl asks.
std::vector<Route> command_routes();

}  // namespace ww::rest
