using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Staging;

/// <summary>What is to be made of files: datasets, a task of each, and a mix of the tasks.</summary>
public sealed record StartPlan
{
    public string MixName { get; init; } = "";
    public IReadOnlyList<StartItem> Items { get; init; } = [];
}

/// <param name="Name">Of the dataset and of its task.</param>
/// <param name="Task">Without data.</param>
public sealed record StartItem(string Name, IReadOnlyList<ImportFile> Files, ImportOptions Import, TaskSpec Task);

/// <param name="Item">Its place in the plan; as many as there are items: tasks and mix are being made.</param>
public readonly record struct StartProgress(int Item, int Items, string Name, long Rows, long Bytes, long TotalBytes);

public sealed record StartOutcome(MixEntry Mix, IReadOnlyList<TaskEntry> Tasks);

/// <summary>Some items cannot be imported. Those that can are kept as datasets, and are found again by their content the next time.</summary>
/// <param name="faults">By the item's place in the plan.</param>
public sealed class StartFaultException(IReadOnlyDictionary<int, IReadOnlyList<FieldError>> faults)
    : Exception(string.Join("\n", faults.Values.SelectMany(errors => errors)))
{
    public IReadOnlyDictionary<int, IReadOnlyList<FieldError>> Faults { get; } = faults;
}
