// SPDX-License-Identifier: BSD-3-Clause
//
// /api/images. Source: reference/http.md §5.4.
#include <fmt/format.h>

#include "api/images/image_jobs.h"
#include "image/kernel.h"
#include "rest/body.h"
#include "rest/handlers.h"
#include "rest/replies.h"

namespace ww::rest {

namespace {

using Then = std::function<Result<http::Reply>(const Call& call)>;

Error no_image(const std::string& name) {
    return {ErrorCode::NotFound, fmt::format("image not found: {}", name)};
}

/// Errors: NotFound, and those of reading it.
Result<std::string> image_json(const Call& call, const std::string& name) {
    const image::Images images = api::images_of(call.site);
    if (!images.exists(name)) return no_image(name);
    WW_TRY(const ConfinedDir rootfs, images.open(name));
    std::string kernels;
    for (const image::Kernel& kernel : image::find_kernels(rootfs))
        kernels += (kernels.empty() ? "" : ",") + quoted(kernel.path);
    const image::ImageFacts facts = image::image_facts(images, name);
    return fmt::format(R"({{"kernels":[{}],"size":{},"buildtime":{},"writable":{}}})",
                       kernels,
                       facts.size,
                       facts.built,
                       facts.writable);
}

/// The image as it is when the job has ended.
Then shows(std::string name) {
    return [name = std::move(name)](const Call& call) -> Result<http::Reply> {
        WW_TRY(std::string json, image_json(call, name));
        const std::string tag = tag_of(json);
        return tagged_reply(call, std::move(json), tag);
    };
}

}  // namespace

Result<Answer> get_images(const Call& call) {
    WW_TRY(const auto names, api::images_of(call.site).list());
    std::string json = "{";
    for (const std::string& name : names) {
        const auto image = image_json(call, name);
        if (!image) continue;  // it went away meanwhile
        json += fmt::format("{}{}:{}", json.size() > 1 ? "," : "", quoted(name), *image);
    }
    return json_reply(json + "}");
}

Result<Answer> get_image(const Call& call) {
    WW_TRY(http::Reply reply, shows(call.names[0])(call));
    return reply;
}

Result<Answer> build_image(const Call& call) {
    WW_TRY(const bool force, query_flag(call.head, "force", false));
    const std::string& name = call.names[0];
    if (!api::images_of(call.site).exists(name)) return no_image(name);
    api::Call as = call.api();
    WW_TRY(const api::JobAnswer job, api::image_build(as, {.names = {name}, .force = force}));
    return Later{job.job, shows(name)};
}

Result<Answer> import_image(const Call& call) {
    WW_TRY_VOID(check_content_type(call.head));
    WW_TRY(const Document body, Document::read(call.body));
    WW_TRY_VOID(body.require("uri"));
    protocol::ImageImportRequest request{.name = call.names[0]};
    WW_TRY(request.source, body.text("uri"));
    WW_TRY(request.no_https, body.flag("nohttps", false));
    WW_TRY(request.user, body.text("user"));
    WW_TRY(request.password, body.text("password"));
    if (!image::valid_name(request.name))
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("name contains illegal characters: {}", request.name));
    if (!request.source.starts_with("docker://"))
        return Error(
            ErrorCode::InvalidArgument,
            fmt::format("invalid image uri: {}: it begins with docker://", quoted(request.source)));
    api::Call as = call.api();
    WW_TRY(const api::JobAnswer job, api::image_import(as, request));
    return Later{job.job, shows(request.name)};
}

Result<Answer> patch_image(const Call& call) {
    WW_TRY(const bool build, query_flag(call.head, "build", true));
    WW_TRY_VOID(check_content_type(call.head));
    WW_TRY(const Document body, Document::read(call.body));
    WW_TRY(const std::string to, body.text("name"));
    const std::string& name = call.names[0];
    WW_TRY(const std::string json, image_json(call, name));
    if (!is_expected(call.head, tag_of(json))) return precondition_failed();
    if (to.empty()) return json_reply(json);
    if (!image::valid_name(to))
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("name contains illegal characters: {}", to));
    api::Call as = call.api();
    WW_TRY(const api::JobAnswer job,
           api::image_rename(as, {.from = name, .to = to, .build = build}));
    return Later{job.job, shows(to)};
}

Result<Answer> delete_image(const Call& call) {
    const std::string& name = call.names[0];
    WW_TRY(const std::string json, image_json(call, name));
    if (!is_expected(call.head, tag_of(json))) return precondition_failed();
    // Compat: what is in use is a bad argument.
    if (const auto unused = api::check_image_unused(call.site, name); !unused)
        return Error(ErrorCode::InvalidArgument, unused.error().message());
    api::Call as = call.api();
    WW_TRY(const api::JobAnswer job, api::image_delete(as, {.names = {name}}));
    return Later{job.job, [json](const Call&) -> Result<http::Reply> { return json_reply(json); }};
}

}  // namespace ww::rest
