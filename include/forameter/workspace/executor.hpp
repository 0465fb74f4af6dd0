// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace forameter::workspace {

/// Hands a task to the owner thread: the one on which every public call of this module is made and every
/// signal arrives. May be called from any thread, returns at once, keeps the order. The desktop wraps
/// QMetaObject::invokeMethod.
using Post = std::function<void(std::function<void()>)>;

} // namespace forameter::workspace
