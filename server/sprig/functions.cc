// SPDX-License-Identifier: BSD-3-Clause
//
// All functions of sprig 3.3's TxtFuncMap, joined from their families.
#include "sprig/functions.h"

namespace ww::sprig {

std::span<const tmpl::Function> functions() {
    static const std::vector<tmpl::Function>& all = *new std::vector<tmpl::Function>([] {
        std::vector<tmpl::Function> joined;
        for (const auto family : {sprig::string_functions,
                                  sprig::layout_functions,
                                  sprig::split_functions,
                                  sprig::number_functions,
                                  sprig::list_functions,
                                  sprig::dict_functions,
                                  sprig::default_functions,
                                  sprig::json_functions,
                                  sprig::regex_functions,
                                  sprig::date_functions,
                                  sprig::semver_functions,
                                  sprig::encoding_functions,
                                  sprig::random_functions,
                                  sprig::crypto_functions,
                                  sprig::certificate_functions,
                                  sprig::path_functions,
                                  sprig::url_functions,
                                  sprig::system_functions,
                                  sprig::reflect_functions}) {
            const std::span<const tmpl::Function> rows = family();
            joined.insert(joined.end(), rows.begin(), rows.end());
        }
        return joined;
    }());
    return all;
}

}  // namespace ww::sprig
