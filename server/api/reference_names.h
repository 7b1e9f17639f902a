// SPDX-License-Identifier: BSD-3-Clause
//
// Whether there is what an entry names. Looks at the disk once for each kind of thing, when the
// first of it is asked for; so an object is for one check. Internal to this layer.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/site.h"
#include "image/kernel.h"
#include "nodes/node.h"

namespace ww::api {

class ReferenceNames {
   public:
    explicit ReferenceNames(const Site& site) : site_(site) {}

    /// `no image "dbe"; did you mean "deb"?`, or nothing if there is one.
    using Problem = std::optional<std::string>;
    Problem no_profile(const nodes::Registry& registry, const std::string& name);
    Problem no_image(const std::string& name);
    Problem no_overlay(const std::string& name);
    Problem no_ipxe_template(const std::string& name);
    Problem no_ipmi_template(const std::string& name);
    /// Nothing also for an image that is not there.
    Problem no_kernel(const std::string& image, const std::string& version);

   private:
    /// Names of one kind, with what was said of those that are not among them.
    struct Names {
        std::set<std::string, std::less<>> known;
        std::map<std::string, std::string, std::less<>> problems;
    };
    using Load = std::vector<std::string> (ReferenceNames::*)() const;
    Problem look_up(std::optional<Names>& names,
                    Load load,
                    std::string_view noun,
                    const std::string& name);

    std::vector<std::string> images() const;
    std::vector<std::string> overlays() const;
    std::vector<std::string> ipxe_templates() const;
    std::vector<std::string> ipmi_templates() const;

    const Site& site_;
    std::optional<Names> images_, overlays_, ipxe_, ipmi_;
    std::map<std::string, std::string> profiles_;                     // problems by name
    std::map<std::pair<std::string, std::string>, Problem> kernels_;  // by image and version
};

/// Names of the iPXE templates that nodes can choose.
std::vector<std::string> ipxe_template_names(const Site& site);

}  // namespace ww::api
