// SPDX-License-Identifier: BSD-3-Clause
//
// The handlers the command table refers to; each lives in the folder of its first
// word; what nodes and profiles share, in entry/.
#pragma once

#include "ctl/context.h"

namespace ww::ctl::cmd {

Result<int> apply(Context& context);
Result<int> clean(Context& context);
Result<int> completion(Context& context);
Result<int> configure(Context& context);
Result<int> help(Context& context);
Result<int> config_print(Context& context);
Result<int> genconfig_defaults(Context& context);
Result<int> genconfig_man(Context& context);
Result<int> genconfig_reference(Context& context);
Result<int> server(Context& context);
Result<int> server_control(Context& context);
Result<int> server_status(Context& context);
Result<int> history(Context& context);
Result<int> blame(Context& context);
Result<int> diff(Context& context);
Result<int> undo(Context& context);
Result<int> version(Context& context);

Result<int> image_build(Context& context);
Result<int> image_copy(Context& context);
Result<int> image_delete(Context& context);
Result<int> image_check(Context& context);
Result<int> image_diff(Context& context);
Result<int> image_gc(Context& context);
Result<int> image_history(Context& context);
Result<int> image_exec(Context& context);
Result<int> image_import(Context& context);
Result<int> image_kernels(Context& context);
Result<int> image_list(Context& context);
Result<int> image_rename(Context& context);
Result<int> image_rollback(Context& context);
Result<int> image_shell(Context& context);
Result<int> image_show(Context& context);
Result<int> image_syncuser(Context& context);

Result<int> import_warewulf3(Context& context);

Result<int> job_cancel(Context& context);
Result<int> job_list(Context& context);
Result<int> job_watch(Context& context);

Result<int> node_add(Context& context);
Result<int> node_console(Context& context);
Result<int> node_delete(Context& context);
Result<int> node_edit(Context& context);
Result<int> node_export(Context& context);
Result<int> node_identify(Context& context);
Result<int> node_import(Context& context);
Result<int> node_list(Context& context);
Result<int> node_sensors(Context& context);
Result<int> node_set(Context& context);
Result<int> node_status(Context& context);
Result<int> node_unset(Context& context);

Result<int> overlay_build(Context& context);
Result<int> overlay_changes(Context& context);
Result<int> overlay_check(Context& context);
Result<int> overlay_chmod(Context& context);
Result<int> overlay_chown(Context& context);
Result<int> overlay_create(Context& context);
Result<int> overlay_delete(Context& context);
Result<int> overlay_diff(Context& context);
Result<int> overlay_edit(Context& context);
Result<int> overlay_explain(Context& context);
Result<int> overlay_import(Context& context);
Result<int> overlay_info(Context& context);
Result<int> overlay_list(Context& context);
Result<int> overlay_mkdir(Context& context);
Result<int> overlay_reset(Context& context);
Result<int> overlay_show(Context& context);
Result<int> overlay_status(Context& context);

Result<int> plan(Context& context);

Result<int> power(Context& context);
Result<int> power_bootdev(Context& context);
Result<int> redfish(Context& context);

Result<int> profile_add(Context& context);
Result<int> profile_delete(Context& context);
Result<int> profile_edit(Context& context);
Result<int> profile_export(Context& context);
Result<int> profile_import(Context& context);
Result<int> profile_list(Context& context);
Result<int> profile_set(Context& context);
Result<int> profile_unset(Context& context);

Result<int> ssh(Context& context);

Result<int> token_create(Context& context);
Result<int> token_list(Context& context);
Result<int> token_revoke(Context& context);

Result<int> upgrade_config(Context& context);
Result<int> upgrade_nodes(Context& context);

}  // namespace ww::ctl::cmd
