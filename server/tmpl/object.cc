// SPDX-License-Identifier: BSD-3-Clause
#include "tmpl/object.h"

#include <vector>

namespace ww::tmpl {
namespace {

// A list in a list in a list … must not overflow the stack when it dies: from this depth on,
// objects wait until those above them are gone.
constexpr int kMaxDepth = 64;

thread_local int g_depth = 0;
thread_local std::vector<Object*> g_waiting;

}  // namespace

void Object::destroy() {
    if (g_depth >= kMaxDepth) {
        g_waiting.push_back(this);
        return;
    }
    ++g_depth;
    delete this;
    if (g_depth == 1) {
        while (!g_waiting.empty()) {
            Object* object = g_waiting.back();
            g_waiting.pop_back();
            delete object;
        }
    }
    --g_depth;
}

}  // namespace ww::tmpl
