from __future__ import annotations

import pytest
from tests.layout.formats.looking import look_alone, look_at

from shmscope.layout.formats.opaque import companions, explain


@pytest.mark.parametrize(
    ("name", "owner", "pid", "offset"),
    [
        ("psm_1a2b3c4d", "CPython multiprocessing", None, 0),
        ("pym-4321-ab_cdefg", "CPython multiprocessing", 4321, 0),
        ("sem.mp-abcdefgh", "CPython multiprocessing", None, 0),
        ("sem.loky-4321-abcdefgh", "joblib (loky)", 4321, 0),
        ("sem.Xy12Ab", "POSIX semaphores", None, 0),
        ("torch_4321_1804289383_0", "PyTorch", 4321, 64),
        ("plasma", "Ray", None, 0),
        ("plasmaXXabc", "Ray", None, 0),
        ("joblib_memmapping_folder_4321_ab12_cd34/4321-1-ef.pkl", "joblib", 4321, 0),
        ("sm_config", "shared-memory-dict", None, 0),
        ("iox2_0123_data", "iceoryx", None, 0),
        ("iox1_0_u", "iceoryx", None, 0),
        ("iceoryx_mgmt", "iceoryx", None, 0),
        ("fast_datasharing_x", "Fast-DDS", None, 0),
        ("fastrtps_port7410", "Fast-DDS", None, 0),
        ("PostgreSQL.3422154910", "PostgreSQL", None, 0),
        ("vllm_offload_0", "vLLM", None, 0),
        ("sgl_shm_mm_4321_0", "SGLang", 4321, 0),
        ("sgl_shm_mm_cache_4321_ab", "SGLang", 4321, 0),
        ("nccl-AbCdEf", "NCCL", None, 0),
        ("cuda.shm.3e8.d431.1", "CUDA", None, 0),
        (".org.chromium.Chromium.AbCdEf", "Chromium", None, 0),
        ("SYSV00001234", "System V", None, 0),
        ("memfd:frames", "memfd", None, 0),
    ],
)
def test_a_name_tells_its_owner(name: str, owner: str, pid: int | None, offset: int) -> None:
    found = explain(look_alone(b"", name))
    assert found is not None
    assert (found.owner, found.creator_pid, found.payload_offset) == (owner, pid, offset)
    assert found.sentence.isprintable()


@pytest.mark.parametrize(
    "name",
    ["", "camera", "psm_1a2b3c4", "psm_frame", "pym-x-y", "torch_1_2", "PostgreSQL.x", "semaphore",
     "sm_", "a_memory", "a_full", "torch_99999999999_1_1"],
)  # fmt: skip
def test_other_names_tell_nothing(name: str) -> None:
    assert explain(look_alone(bytes(1000), name)) is None


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("sem.mp-abcdefgh", "CPython multiprocessing"),
        ("sem.loky-4321-abcdefgh", "joblib (loky)"),
        ("sem.Xy12Ab", "POSIX semaphores"),
        ("iceoryx_mgmt", "iceoryx"),
        ("iox1_0_i_iceoryx_mgmt", "iceoryx"),
        ("iox2_0123.dynamic", "iceoryx"),
        ("iox2_0123.a.connection", "iceoryx"),
        ("fastrtps_port7410", "Fast-DDS"),
        ("fastrtps_0123abcd_el", "Fast-DDS"),
        ("PostgreSQL.3422154910", "PostgreSQL"),
        ("nccl-AbCdEf", "NCCL"),
        ("cuda.shm.3e8.d431.1", "CUDA"),
        (".org.chromium.Chromium.AbCdEf", "Chromium"),
        (".com.google.Chrome.AbCdEf", "Chromium"),
        (".com.microsoft.Edge.AbCdEf", "Edge"),
        ("org.mozilla.ipc.4321.5", "Firefox"),
        ("memfd:mozilla-ipc", "Firefox"),
        ("pulse-shm-136900218", "PulseAudio"),
        ("memfd:pulseaudio", "PulseAudio"),
        ("memfd:pipewire-memfd:flags=0x0,type=2,size=2312", "PipeWire"),
        ("jack-shm-registry", "JACK"),
        ("jack_default_1000_0", "JACK"),
        ("memfd:wayland-cursor", "Wayland"),
        ("memfd:xshmfence", "X"),
        ("memfd:doublemapper", ".NET"),
        ("lttng-ust-wait-8-1000", "LTTng"),
        ("libpod_rootless_lock_1000", "Podman"),
        ("u1000-ValveIPCSharedObj-Steam", "Steam"),
    ],
)
def test_memory_that_holds_no_arrays_is_its_programs_own(name: str, owner: str) -> None:
    found = explain(look_alone(bytes(32), name))
    assert found is not None
    assert (found.owner, found.system) == (owner, True)


@pytest.mark.parametrize(
    "name",
    ["psm_1a2b3c4d", "pym-4321-ab_cdefg", "torch_4321_1804289383_0", "plasma", "sm_config",
     "joblib_memmapping_folder_4321_ab12_cd34/4321-1-ef.pkl", "vllm_offload_0", "iox1_0_u_camera",
     "iox2_0123.publisher_data", "iox2_0123_data", "fastrtps_0123abcd", "fast_datasharing_x",
     "sgl_shm_mm_4321_0", "memfd:frames", "SYSV00001234"],
)  # fmt: skip
def test_memory_that_may_hold_arrays_is_shown(name: str) -> None:
    found = explain(look_alone(bytes(100), name))
    assert found is not None
    assert not found.system


def test_what_is_too_large_for_a_semaphore_is_none() -> None:
    assert explain(look_alone(bytes(33), "sem.temperatures")) is None


def test_an_ultradict_is_known_by_what_stands_beside_it() -> None:
    segments = {"a": bytes(1000), "a_memory": bytes(10_000), "a_full": bytes(50)}
    for name in segments:
        found = explain(look_at(segments, name))
        assert found is not None
        assert found.owner == "UltraDict"
    assert companions(look_at(segments, "a")) == ("a_memory", "a_full")
    assert companions(look_at(segments, "a_memory")) == ()
    assert explain(look_at({**segments, "a": bytes(999)}, "a")) is None
    assert explain(look_at({**segments, "a": bytes(999)}, "a_memory")) is None
