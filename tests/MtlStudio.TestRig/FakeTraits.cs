using MtlStudio.Core.Runs;

namespace MtlStudio.TestRig;

/// <summary>How a fake trainer behaves: a spec's tags of the form <c>fake:NAME=VALUE</c>.</summary>
public sealed class FakeTraits(RunSpec spec)
{
    /// <summary>Milliseconds a step takes.</summary>
    public int StepMs => Number("stepMs") ?? 5;
    /// <summary>The step at whose start the trainer is killed (signal 9), in every attempt that comes to it.</summary>
    public int? KillAt => Number("killAt");
    /// <summary>The step at whose start it aborts (signal 6), as libtorch does.</summary>
    public int? AbortAt => Number("abortAt");
    /// <summary>The step at which it ends with exit code 1 and a message.</summary>
    public int? FailAt => Number("failAt");
    /// <summary>The step from which on it does nothing more and listens to nobody.</summary>
    public int? HangAt => Number("hangAt");
    /// <summary>Refuses the spec: exit code 2.</summary>
    public bool Invalid => Number("invalid") is not null;
    /// <summary>Obeys neither the control file nor SIGTERM.</summary>
    public bool Deaf => Number("deaf") is not null;

    /// <summary>Milliseconds an export takes.</summary>
    public int ExportMs => Number("exportMs") ?? 0;
    /// <summary>An export ends with exit code 1, as on a full disk.</summary>
    public bool ExportFails => Number("exportFails") is not null;
    /// <summary>Of 100 test examples, how many it answers rightly once trained.</summary>
    public int Right => Number("right") ?? 70;

    private int? Number(string name) => spec.Tags.Where(tag => tag.StartsWith($"fake:{name}=", StringComparison.Ordinal))
        .Select(tag => (int?)int.Parse(tag[(tag.IndexOf('=') + 1)..])).FirstOrDefault();
}
