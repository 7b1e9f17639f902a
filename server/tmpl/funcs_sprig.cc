// SPDX-License-Identifier: BSD-3-Clause
//
// All functions of sprig 3.3's TxtFuncMap, joined from their families.
#include "tmpl/funcs_sprig.h"

namespace ww::tmpl {

std::span<const Function> sprig_functions() {
    static const std::vector<Function>& all = *new std::vector<Function>([] {
        std::vector<Function> joined;
        for (const auto family : {tmpl::string_functions,
                                  tmpl::layout_functions,
                                  tmpl::split_functions,
                                  tmpl::number_functions,
                                  tmpl::list_functions,
                                  tmpl::dict_functions,
                                  tmpl::default_functions,
                                  tmpl::json_functions,
                                  tmpl::regex_functions,
                                  tmpl::date_functions,
                                  tmpl::semver_functions,
                                  tmpl::encoding_functions,
                                  tmpl::random_functions,
                                  tmpl::crypto_functions,
                                  tmpl::certificate_functions,
                                  tmpl::path_functions,
                                  tmpl::url_functions,
                                  tmpl::system_functions,
                                  tmpl::reflect_functions}) {
            const std::span<const Function> rows = family();
            joined.insert(joined.end(), rows.begin(), rows.end());
        }
        return joined;
    }());
    return all;
}

}  // namespace ww::tmpl
