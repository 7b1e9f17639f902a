// SPDX-License-Identifier: BSD-3-Clause
//
// What a message is made of, for who goes through its members. Internal to this layer.
#pragma once

#include <optional>
#include <type_traits>

namespace ww::protocol {

struct AnyVisitor {
    template <class Member>
    void operator()(const char*, Member&) const;
};

/// A struct that lists its members.
template <class T>
concept Described = requires(T& value) { T::members(value, AnyVisitor{}); };

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

}  // namespace ww::protocol
