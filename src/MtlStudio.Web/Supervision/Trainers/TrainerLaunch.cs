namespace MtlStudio.Web.Supervision;

/// <summary>What to start for one attempt of a run.</summary>
/// <param name="FileName">The program: the trainer, or what runs it.</param>
/// <param name="Arguments">Its arguments, each as it is: no shell reads them.</param>
/// <param name="Environment">Variables set for the trainer; a null value removes one.</param>
public sealed record TrainerLaunch(string FileName, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>By how much the trainer steps back where others want the processor, 0 (not at all) to 19.</summary>
    public int Nice { get; init; }
}
