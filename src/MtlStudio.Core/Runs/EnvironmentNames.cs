namespace MtlStudio.Core.Runs;

/// <summary>Entries of <see cref="StartedEvent.Environment"/> that programs read.</summary>
public static class EnvironmentNames
{
    /// <summary>Bytes that the run was estimated to take at its peak, before its first step.</summary>
    public const string EstimatedMemory = "estimated memory";
}
