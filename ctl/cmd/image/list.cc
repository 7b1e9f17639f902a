// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl image list, show, kernels.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ctime>

#include "ctl/cmd/handlers.h"
#include "ctl/json.h"

namespace ww::ctl::cmd {

namespace {

using protocol::ImageInfo;

/// "14 Nov 23 22:13 UTC", in the zone of whoever looks.
std::string day_text(int64_t unix_seconds) {
    const std::time_t seconds = unix_seconds;
    std::tm local{};
    ::localtime_r(&seconds, &local);
    char text[64];
    const size_t size = std::strftime(text, sizeof text, "%d %b %y %H:%M %Z", &local);
    return {text, size};
}

enum class SizeOf { Built, Compressed, Source };

std::string size_text(const ImageInfo& image, SizeOf which) {
    const int64_t bytes = which == SizeOf::Source       ? image.source_size
                          : which == SizeOf::Compressed ? image.compressed_size
                                                        : image.size;
    return format_size(static_cast<uint64_t>(bytes));
}

protocol::Table table_of_variants(const std::vector<ImageInfo>& images) {
    protocol::Table table{{"VARIANT", "ARCHITECTURE", "SIZE", "DIGEST", "SOURCE"}, {}};
    constexpr size_t kShownDigits = 19;  // "sha256:" and twelve more
    for (const ImageInfo& image : images)
        for (const protocol::ImageVariant& variant : image.variants)
            table.rows.push_back({variant.name,
                                  variant.architecture,
                                  format_size(static_cast<uint64_t>(variant.size)),
                                  variant.digest.substr(0, kShownDigits),
                                  variant.source});
    return table;
}

}  // namespace

Result<int> image_list(Context& context) {
    const FlagValues& flags = context.flags();
    const bool is_long = flags.is_true("long");
    const bool kernel = !is_long && flags.is_true("kernel");
    const SizeOf which = flags.is_true("chroot")       ? SizeOf::Source
                         : flags.is_true("compressed") ? SizeOf::Compressed
                                                       : SizeOf::Built;
    const bool size = !is_long && !kernel && (flags.is_true("size") || which != SizeOf::Built);
    const bool variants = flags.is_true("variants");
    WW_TRY(const auto reply,
           context.call(protocol::route::ImageList{},
                        {.names = context.arguments(),
                         .kernels = is_long || kernel,
                         .source_sizes = which == SizeOf::Source && (is_long || size),
                         .variants = variants}));

    if (flags.is_true("json")) {
        print_json(context.output(), protocol::route::ImageList{}, reply);
        return 0;
    }
    if (variants) {
        context.output().print(format_table(table_of_variants(reply.images)));
        return 0;
    }
    protocol::Table table{{"IMAGE NAME"}, {}};
    if (is_long || kernel || size) table.columns.push_back("NODES");
    if (is_long || kernel) table.columns.push_back("KERNEL VERSION");
    if (is_long) {
        table.columns.push_back("CREATION TIME");
        table.columns.push_back("MODIFICATION TIME");
    }
    if (is_long || size) table.columns.push_back("SIZE");
    for (const ImageInfo& image : reply.images) {
        protocol::Names row{image.name};
        if (is_long || kernel || size) row.push_back(fmt::to_string(image.nodes.size()));
        if (is_long || kernel) row.push_back(image.kernel_version);
        if (is_long) {
            row.push_back(day_text(image.created));
            row.push_back(day_text(image.built));
        }
        if (is_long || size) row.push_back(size_text(image, which));
        table.rows.push_back(std::move(row));
    }
    context.output().print(format_table(table));
    return 0;
}

Result<int> image_show(Context& context) {
    const std::string& name = context.arguments()[0];
    if (context.flags().is_true("json")) {
        WW_TRY(const auto shown, context.call(protocol::route::ImageShow{}, {name}));
        print_json(context.output(), protocol::route::ImageShow{}, shown);
        return 0;
    }
    const bool all = context.flags().is_true("all");
    WW_TRY(const auto reply,
           context.call(protocol::route::ImageList{}, {.names = {name}, .kernels = all}));
    if (reply.images.empty())
        return Error(ErrorCode::NotFound, fmt::format("{} is not a valid image", name));
    const ImageInfo& image = reply.images.front();
    if (!all) {
        context.output().print(image.rootfs + "\n");
        return 0;
    }
    context.output().print(
        fmt::format("Name: {}\nKernelVersion: {}\nRootfs: {}\nNr nodes: {}\nNodes: [{}]\n",
                    image.name,
                    image.kernel_version.empty() ? "not found" : image.kernel_version,
                    image.rootfs,
                    image.nodes.size(),
                    fmt::join(image.nodes, " ")));
    return 0;
}

Result<int> image_kernels(Context& context) {
    WW_TRY(const auto table, context.call(protocol::route::ImageKernels{}, {context.arguments()}));
    if (context.flags().is_true("json"))
        print_json(context.output(), table);
    else
        context.output().print(format_table(table, "--"));
    return 0;
}

}  // namespace ww::ctl::cmd
