using MtlStudio.Core.Runs;
using TorchSharp;

namespace MtlStudio.Trainer.Runs;

/// <summary>Where the process computes: device and threads, set once before the first tensor.</summary>
/// <param name="Device">"cpu" or "cuda:N".</param>
/// <param name="Threads">Of the CPU; results depend on it in the last bits.</param>
public sealed record ComputeChoice(string Device, int Threads)
{
    /// <summary>Takes what is given first: the command's option, the spec, the supervisor's lease (environment), the machine.</summary>
    /// <exception cref="InvalidInputException">No such device here.</exception>
    public static ComputeChoice Apply(string? device, int threads, DeviceSpec? spec = null)
    {
        var lease = Environment.GetEnvironmentVariable("MTL_DEVICE");
        var kind = spec?.Kind ?? "cpu";
        var name = device ?? (lease is not null && (spec is null || lease.StartsWith(kind, StringComparison.Ordinal)) ? lease : kind);
        if (name == "cuda") name = "cuda:0";
        if (name != "cpu" && !(name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name[5..], out _)))
            throw new InvalidInputException("device", $"Device must be \"cpu\" or \"cuda:N\" (you gave \"{name}\")");
        if (name != "cpu" && (!torch.cuda.is_available() || int.Parse(name[5..]) >= torch.cuda.device_count()))
            throw new InvalidInputException("device.kind", $"There is no {name} on this machine for this program: choose \"cpu\", or use a build with CUDA");
        if (threads <= 0) threads = spec?.Threads ?? 0;
        if (threads <= 0 && int.TryParse(Environment.GetEnvironmentVariable("MTL_THREADS"), out var leased)) threads = leased;
        if (threads <= 0) threads = Environment.ProcessorCount;
        torch.set_num_threads(threads);
        return new(name, threads);
    }

    public torch.Device Torch => torch.device(Device);
}
