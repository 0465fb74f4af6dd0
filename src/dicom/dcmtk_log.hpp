// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace forameter::dicom {

/// Call before any use of DCMTK: its log goes nowhere, since failures are reported by our own messages. Any
/// thread, any number of times.
void silenceDcmtk();

} // namespace forameter::dicom
