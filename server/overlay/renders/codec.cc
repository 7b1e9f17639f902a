// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/renders/codec.h"

namespace ww::overlay {

using render::Packer;
using render::Path;
using render::Rendered;
using render::Step;
using render::Unpacker;

void put_files(Packer& out, const Rendered& rendered) {
    out.number(rendered.write ? 1 : 0);
    out.number(rendered.backup ? 1 : 0);
    out.number(rendered.outputs.size());
    for (const render::Output& output : rendered.outputs) {
        out.text(output.name);
        out.text(output.text);
        out.number(output.is_link ? 1 : 0);
        out.text(output.target);
    }
}

void put(Packer& out, const Rendered& rendered) {
    put_files(out, rendered);
    out.number(rendered.warnings.size());
    for (const std::string& warning : rendered.warnings) out.text(warning);
}

std::optional<Rendered> get_rendered(Unpacker& in) {
    Rendered rendered;
    rendered.write = in.number() != 0;
    rendered.backup = in.number() != 0;
    for (size_t left = in.count(); left > 0; --left) {
        render::Output output;
        output.name = in.text();
        output.text = in.text();
        output.is_link = in.number() != 0;
        output.target = in.text();
        rendered.outputs.push_back(std::move(output));
    }
    for (size_t left = in.count(); left > 0; --left) rendered.warnings.emplace_back(in.text());
    return in.good() && !rendered.outputs.empty() ? std::optional(std::move(rendered))
                                                  : std::nullopt;
}

void put(Packer& out, const std::vector<Path>& reads) {
    out.number(reads.size());
    for (const Path& path : reads) {
        out.number(path.size());
        for (const Step& step : path) {
            out.number(static_cast<uint64_t>(step.kind));
            out.number(step.number);
            out.text(step.name);
        }
    }
}

std::optional<std::vector<Path>> get_reads(Unpacker& in) {
    std::vector<Path> reads;
    for (size_t left = in.count(); left > 0; --left) {
        Path path;
        for (size_t steps = in.count(); steps > 0; --steps) {
            const uint64_t kind = in.number();
            if (kind > static_cast<uint64_t>(Step::Kind::Function)) return std::nullopt;
            const auto number = static_cast<uint32_t>(in.number());
            path.push_back({static_cast<Step::Kind>(kind), number, std::string(in.text())});
        }
        if (path.empty()) return std::nullopt;
        reads.push_back(std::move(path));
    }
    return in.good() ? std::optional(std::move(reads)) : std::nullopt;
}

}  // namespace ww::overlay
