// SPDX-License-Identifier: BSD-3-Clause
//
// What the words of Warewulf 3 have to know of a site to be translated. Asked of wwd; tests bring
// one of their own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ctl/output.h"

namespace ww::ctl::warewulf3 {

/// A node: values by field ("NetDevs[default].Device").
struct NodeFields {
    std::string name;
    std::multimap<std::string, std::string, std::less<>> own;  // lists item by item
    std::map<std::string, std::string, std::less<>> all;       // with what it inherits

    std::vector<std::string> own_list(std::string_view field) const;
    std::string effective(std::string_view field) const;
};

/// A tree of an image.
struct ImageTree {
    std::string image;
    std::string name;          // "rocky", "rocky@aarch64"
    std::string architecture;  // empty: not known
    std::string rootfs;
    std::string source;  // of the import
};

struct ImageKernel {
    std::string image;
    std::string path;
    std::string version;
};

struct OverlayFile {
    std::string path;  // "/etc/slurm/slurm.conf"
    std::string real;  // where it lies on this machine
};

class Site {
   public:
    Site() = default;
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;
    virtual ~Site() = default;

    /// Errors of all: those of asking wwd.
    virtual Result<std::vector<std::string>> node_names() = 0;
    /// Of names and ranges, in the order of the site; ones that are not there are left out.
    virtual Result<std::vector<NodeFields>> nodes(const std::vector<std::string>& patterns) = 0;
    virtual Result<std::vector<ImageTree>> images() = 0;
    /// In trees of images, "rocky" or "rocky@aarch64"; all first trees for none.
    virtual Result<std::vector<ImageKernel>> kernels(const std::vector<std::string>& trees) = 0;
    virtual Result<std::vector<std::string>> overlay_names() = 0;
    /// Files of an overlay; none if there is no such overlay.
    virtual Result<std::vector<OverlayFile>> overlay_files(const std::string& overlay) = 0;
};

/// Asks the wwd of `config`; connects with the first question.
std::unique_ptr<Site> live_site(std::string config, Output& output);

// ---- what several words ask

/// Wildcards among targets replaced by the nodes they mean. Errors: NotFound.
Result<std::vector<std::string>> expand(const std::vector<std::string>& targets, Site& site);
/// The nodes themselves. Errors: NotFound, when there is none of them.
Result<std::vector<NodeFields>> find_nodes(const std::vector<std::string>& targets, Site& site);
/// The trees of one image. Errors: NotFound, with what there is.
Result<std::vector<ImageTree>> find_image(const std::string& name, Site& site);

}  // namespace ww::ctl::warewulf3
