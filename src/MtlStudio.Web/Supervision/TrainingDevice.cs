namespace MtlStudio.Web.Supervision;

/// <summary>A slot of this machine on which one run at a time trains.</summary>
/// <param name="Name">"cpu:0", "cuda:1": the kind and a number.</param>
/// <param name="Threads">CPU threads of a run on it; at least 1.</param>
public sealed record TrainingDevice(string Name, int Threads)
{
    /// <summary>"cpu" or "cuda": what a spec asks for.</summary>
    public string Kind => Name[..Name.IndexOf(':')];

    /// <summary>The number behind the colon.</summary>
    public string Number => Name[(Name.IndexOf(':') + 1)..];
}
