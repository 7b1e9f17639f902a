// SPDX-License-Identifier: BSD-3-Clause
//
// Result<T>: a value or an Error, with the names of std::expected and checked access, so that it
// can become an alias the day we move to C++23.
#pragma once

#include <fmt/core.h>

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace ww {

template <class T>
class [[nodiscard]] Result {
   public:
    using value_type = T;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    template <class U>
        requires(std::is_convertible_v<U, T> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
                 !std::is_same_v<std::remove_cvref_t<U>, Error> &&
                 !std::is_same_v<std::remove_cvref_t<U>, T>)
    Result(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & { return checked(); }
    const T& value() const& { return const_cast<Result*>(this)->checked(); }
    T&& value() && { return std::move(checked()); }
    T& operator*() & { return checked(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(checked()); }
    T* operator->() { return &checked(); }
    const T* operator->() const { return &value(); }

    const Error& error() const {
        WW_CHECK(!has_value(), "error() of a Result that holds a value");
        return *std::get_if<1>(&state_);
    }

    template <class U>
    T value_or(U&& other) const& {
        return has_value() ? value() : static_cast<T>(std::forward<U>(other));
    }

   private:
    T& checked() {
        WW_CHECK(has_value(), "value() of a Result that holds an error");
        return *std::get_if<0>(&state_);
    }

    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
   public:
    using value_type = void;

    Result() = default;
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    const Error& error() const {
        WW_CHECK(!has_value(), "error() of a Result that holds a value");
        return *std::get_if<1>(&state_);
    }

   private:
    std::variant<std::monostate, Error> state_;
};

namespace detail {

inline Error add_frame(const Error& error) { return error; }

template <class... Args>
Error add_frame(const Error& error, fmt::format_string<Args...> format, Args&&... args) {
    return error.with_frame(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace detail

}  // namespace ww

#define WW_CONCAT_INNER(a, b) a##b
#define WW_CONCAT(a, b) WW_CONCAT_INNER(a, b)

/// WW_TRY(auto x, expression, "task {}", name): declares x from the value, or returns the error
/// with the frame added. The frame is optional.
#define WW_TRY(declaration, expression, ...) \
    WW_TRY_INNER(WW_CONCAT(ww_result_, __LINE__), declaration, expression, __VA_ARGS__)
#define WW_TRY_INNER(result, declaration, expression, ...)                                  \
    auto result = (expression);                                                             \
    if (!result) return ::ww::detail::add_frame(result.error() __VA_OPT__(, ) __VA_ARGS__); \
    declaration = std::move(result).value()

/// The same for a Result<void>.
#define WW_TRY_VOID(expression, ...)                                                      \
    do {                                                                                  \
        if (auto ww_result = (expression); !ww_result)                                    \
            return ::ww::detail::add_frame(ww_result.error() __VA_OPT__(, ) __VA_ARGS__); \
    } while (false)
