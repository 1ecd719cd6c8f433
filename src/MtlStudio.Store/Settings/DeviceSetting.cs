using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>What is set for one device of a node.</summary>
/// <param name="Enabled">False: no run starts on it; one that trains there goes on.</param>
/// <param name="Threads">CPU threads of a run on it, from its next attempt; 0: the slot's own number.</param>
public sealed record DeviceSetting(bool Enabled = true, int Threads = 0)
{
    public const int MostThreads = 1024;

    /// <summary>The key of a node's devices: an object from device to setting.</summary>
    public static string KeyOf(string node) => $"devices.{node}";

    /// <exception cref="InvalidInputException">Out of range.</exception>
    public void Check()
    {
        if (Threads is < 0 or > MostThreads) throw new InvalidInputException("threads", $"Threads must be 0 (the slot's own) to {MostThreads} (you gave {Threads})");
    }
}
