// SPDX-License-Identifier: BSD-3-Clause
#include "boot/script.h"

#include "base/net.h"
#include "base/path.h"

namespace ww::boot {

namespace {

std::string join(const std::vector<std::string>& words) {
    std::string out;
    for (size_t i = 0; i < words.size(); ++i) out.append(i == 0 ? "" : " ").append(words[i]);
    return out;
}

std::string canonical_ipv6(const config::WarewulfConf& conf) {
    const auto address = IpAddress::parse(conf.ipaddr6);
    return address && !address->is_v4() ? address->to_string() : std::string();
}

}  // namespace

std::string authority(const config::WarewulfConf& conf, std::string_view peer_address) {
    const std::string ipv6 = canonical_ipv6(conf);
    const bool by_ipv6 = peer_address.find(':') != std::string_view::npos && !ipv6.empty();
    return by_ipv6 ? fmt::format("[{}]:{}", ipv6, conf.warewulf.port)
                   : fmt::format("{}:{}", conf.ipaddr, conf.warewulf.port);
}

Scripts::Scripts(const config::WarewulfConf& conf, const NodeImages& images)
    : conf_(conf), images_(images), templates_(render::script_functions()) {}

render::ScriptData Scripts::data_for(const nodes::Node& node, const Ask& ask) const {
    render::ScriptData data;
    data.id = node.id;
    data.cluster = node.cluster_name;
    data.image_name = node.image_name;
    data.ipxe = node.ipxe_template;
    data.root = node.root;
    data.hwaddr = ask.identity;
    data.ipaddr = conf_.ipaddr;
    data.ipaddr6 = canonical_ipv6(conf_);
    data.port = std::to_string(conf_.warewulf.port);
    data.authority = authority(conf_, ask.peer_address);
    data.kernel_args = join(node.kernel.args);
    const NodeImages::Told told = images_.told_by_script(node);
    data.kernel_version = told.kernel_version;
    if (told.architecture) data.arch = to_string(*told.architecture);
    data.image_compress = told.zstd ? "zstd" : "gz";
    data.tls = conf_.warewulf.tls();
    data.tags = &node.tags;
    data.network_devices = &node.network_devices;
    return data;
}

Result<Script> Scripts::render(const std::string& folder,
                               const std::string& name,
                               const render::ScriptData& data) {
    // Names come from nodes.conf; a folder below is fine, one above is not.
    const auto beneath = path_beneath(name);
    if (!beneath) return Error(ErrorCode::NotFound, fmt::format("no template \"{}\"", name));
    const std::string path =
        fmt::format("{}/warewulf/{}/{}", conf_.paths.sysconfdir, folder, *beneath);
    const auto source = templates_.get(path);
    if (!source && is_directory(path))
        return Error(ErrorCode::NotFound, fmt::format("{} is a folder", path));
    if (!source) return source.error().with_frame("reading " + path);
    WW_TRY(tmpl::Output output,
           tmpl::execute(*source, render::script_value(data)),
           "rendering {}",
           path);
    return Script{std::string(base_name(name)), std::move(output.text)};
}

Result<Script> Scripts::ipxe(const nodes::Node& node, const Ask& ask) {
    const std::string chosen = node.ipxe_template.empty() ? "default" : node.ipxe_template;
    return render("ipxe", chosen + ".ipxe", data_for(node, ask));
}

Result<Script> Scripts::grub(const nodes::Node& node, const Ask& ask) {
    return render("grub", "grub.cfg.ww", data_for(node, ask));
}

Result<Script> Scripts::unconfigured(const Ask& ask) {
    render::ScriptData data;
    data.hwaddr = ask.identity;
    return render("ipxe", "unconfigured.ipxe", data);
}

}  // namespace ww::boot
