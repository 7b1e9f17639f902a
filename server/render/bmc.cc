// SPDX-License-Identifier: BSD-3-Clause
#include "render/bmc.h"

#include "render/model_values.h"

namespace ww::render {

namespace {

const BmcData& bmc_data(const void* self) {
    return static_cast<const BmcData&>(*static_cast<const nodes::Ipmi*>(self));
}

tmpl::Type bmc_type() {
    static const tmpl::Type type = [] {
        tmpl::TypeInfo info;
        info.kind = tmpl::Kind::Struct;
        info.name = "power.bmc";
        info.fields = model::node_types().ipmi.info().fields;
        info.fields.push_back({"Cmd", tmpl::types::kString, [](const void* self) {
                                   return tmpl::Value::text(bmc_data(self).command);
                               }});
        info.fields.push_back({"Persistent", tmpl::types::kBool, [](const void* self) {
                                   return tmpl::Value::boolean(bmc_data(self).persistent);
                               }});
        return tmpl::Type::define(std::move(info));
    }();
    return type;
}

}  // namespace

tmpl::Value bmc_value(const BmcData& data) {
    return tmpl::Value::struct_view(bmc_type(), static_cast<const nodes::Ipmi*>(&data));
}

}  // namespace ww::render
