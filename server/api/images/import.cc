// SPDX-License-Identifier: BSD-3-Clause
//
// image import
#include <fmt/format.h>

#include <algorithm>

#include "api/images/checks.h"
#include "api/images/generations.h"
#include "api/images/image_jobs.h"
#include "api/images/image_users.h"
#include "base/site_files.h"
#include "config/config.h"
#include "content/store.h"
#include "fields/secret_url.h"
#include "image/import/import_oci.h"
#include "image/record.h"
#include "protocol/proxy_variables.h"

namespace ww::api {

namespace {

/// Nothing else of the caller's environment is taken over.
std::vector<std::string> proxies_of(const protocol::Names& environment) {
    std::vector<std::string> proxies;
    for (const std::string& text : environment)
        if (std::ranges::find(protocol::kProxyVariables,
                              std::string_view(text).substr(0, text.find('='))) !=
            protocol::kProxyVariables.end())
            proxies.push_back(text);
    return proxies;
}

/// Whether anybody who may change images may import it: nothing of this machine is read for it.
bool is_remote(std::string_view source) {
    return source.starts_with("docker://") || source.starts_with("http://") ||
           source.starts_with("https://");
}

/// The tree that is meant: the first, or for another architecture than that has one beside it.
image::Variant tree_of(const image::Images& images,
                       const std::string& name,
                       const std::optional<oci::Platform>& platform) {
    if (!platform || !images.exists(name)) return name;
    const auto first = image::architecture_of(images, name);
    const auto wanted = platform->machine();
    if (!first || !wanted || *first == *wanted) return name;
    return {name, wanted};
}

Result<image::OciImport> import_of(const Caller& caller,
                                   const protocol::ImageImportRequest& request) {
    image::OciImport import;
    import.source = fields::without_credentials(request.source);
    if (!request.platform.empty()) {
        WW_TRY(import.platform, oci::Platform::parse(request.platform));
        import.options.wanted = import.platform->machine();
    }
    if (request.user.empty() != request.password.empty())
        return Error(ErrorCode::InvalidArgument,
                     "user name and password go together: give both or none");
    import.transport.user = request.user;
    import.transport.password = request.password;
    // What root of this machine may fetch, others may not by way of us.
    if (caller.is_root)
        import.transport.auth_file = request.auth_file;
    else
        import.transport.anonymous = true;
    import.transport.no_https = request.no_https;
    import.transport.environment = proxies_of(request.environment);
    return import;
}

Error not_imported(const Error& error) {
    return Error(error.code(), fmt::format("could not import image: {}", error.headline()))
        .with_hint(error.hint());
}

}  // namespace

Result<JobAnswer> image_import(Call& call, const protocol::ImageImportRequest& request) {
    const image::Images images = images_of(call.site);
    WW_TRY(image::OciImport import, import_of(call.caller, request));
    std::string name = request.name;
    if (name.empty()) {
        name = image::name_from_source(request.source);
        call.note({"info", fmt::format("Setting image name: {}", name)});
    }
    WW_TRY_VOID(check_image_name(call, name));
    const image::Variant tree = tree_of(images, name, import.platform);
    import.options.if_exists = image::IfExists::Refuse;
    if (exists(tree.beside ? images.rootfs(tree) : images.source(name))) {
        if (request.update) {
            call.note({"info", "Updating existing image"});
            import.options.if_exists = image::IfExists::Update;
        } else if (request.replace) {
            call.note({"info", "Overwriting existing image"});
            import.options.if_exists = image::IfExists::Replace;
        } else {
            return Error(ErrorCode::AlreadyExists,
                         fmt::format("image name exists, specify --force, --update, or choose a "
                                     "different name: {}",
                                     name));
        }
    }
    // wwd reads what root may read; the caller must be allowed to have it as an image.
    if (!call.caller.is_root && !is_remote(request.source))
        return Error(ErrorCode::PermissionDenied, "only root may import what is on this machine");
    // Where another process does the work, this one may not even see the source.
    if (!is_remote(request.source) && call.site.outside == nullptr)
        if (const auto found = image::import_source(request.source); !found)
            return not_imported(found.error());
    const std::string content = content_folder(state_folder(call.site.conf.paths.localstatedir));
    const auto work = [images,
                       tree,
                       import,
                       typed = request.source,
                       content,
                       sync_users = request.sync_users,
                       then_build = request.build,
                       &site = call.site](jobs::Job& job) mutable -> Result<jobs::Totals> {
        jobs::Totals totals;
        const image::ImportOptions options = copy_options(job, totals);
        import.options.stop = options.stop;
        import.options.progress = options.progress;
        import.tell = [&job](const std::string& text) { job.note("info", text); };
        import.warn = [&job](const std::string& text) { job.note("warn", text); };
        const auto run = [&]() -> Result<void> {
            WW_TRY(const image::ImportSource source, image::import_source(typed));
            if (source.kind == image::ImportSource::Kind::Folder)
                return image::import_folder(images, source.path, tree, import.options);
            WW_TRY(const content::Store store, content::Store::open(content));
            WW_TRY(const image::Record record,
                   image::import_oci(images, store, source, tree, import));
            totals = {.bytes = record.bytes, .files = record.files};
            return {};
        };
        if (const auto imported = run(); !imported) return not_imported(imported.error());
        if (sync_users) WW_TRY_VOID(sync_image_users(job, site, tree.name));
        if (then_build) {
            WW_TRY_VOID(build_new_image(job, images, tree));
            tidy_generations(job, site, tree);
        }
        warn_of_findings(job, site, tree);
        return totals;
    };
    return start_job_of<protocol::route::ImageImport>(call,
                                                      {.kind = "image import",
                                                       .name = tree.text(),
                                                       .subjects = {{image_subject(name)}},
                                                       .detached = request.detach},
                                                      request,
                                                      work);
}

}  // namespace ww::api
