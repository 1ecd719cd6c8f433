using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Loop;

/// <summary>
/// Every series of a run with its id. Ids follow from the spec alone, so that each attempt declares the same ones.
/// </summary>
public sealed class SeriesBook
{
    private readonly List<SeriesDeclaration> declarations = [];
    private readonly Dictionary<string, int> ids = [];

    /// <param name="tasks">Names of the tasks that are trained, in the spec's order.</param>
    /// <param name="metrics">Catalog names of each task's metrics.</param>
    /// <param name="kinds">Of the tasks: a loss's unit follows from it.</param>
    /// <param name="layers">Layer groups that are looked at; empty: none.</param>
    public SeriesBook(IReadOnlyList<string> tasks, IReadOnlyList<IReadOnlyList<string>> metrics, IReadOnlyList<string> kinds, IReadOnlyList<string> layers)
    {
        List<string> units = [.. kinds.Select(TaskKinds.LossUnit)];
        // Of tasks that count differently the mix's own loss has no unit.
        var unit = units.Distinct().ToList() is [var one] ? one : "";
        Declare(SeriesNames.TrainLoss, unit);
        Declare(SeriesNames.LearningRate);
        Declare(SeriesNames.GradientNorm);
        Declare(SeriesNames.TokensPerSecond, "tokens/s");
        Declare(SeriesNames.StepSeconds, "s");
        Declare(SeriesNames.ValidationLoss, unit);
        Declare(SeriesNames.UnifiedScore);
        for (var k = 0; k < tasks.Count; k++)
        {
            Declare(SeriesNames.TaskTrainLoss(tasks[k]), units[k]);
            Declare(SeriesNames.TaskValidationLoss(tasks[k]), units[k]);
            Declare(SeriesNames.TaskGap(tasks[k]), units[k]);
            Declare(SeriesNames.TaskWeight(tasks[k]));
            Declare(SeriesNames.TaskShare(tasks[k]));
            Declare(SeriesNames.TaskExamples(tasks[k]), "examples");
            Declare(SeriesNames.TaskTokens(tasks[k]), "tokens");
            Declare(SeriesNames.TaskGradientNorm(tasks[k]));
            foreach (var metric in metrics[k]) Declare(SeriesNames.TaskMetric(tasks[k], metric));
        }
        for (var i = 0; i < tasks.Count; i++)
            for (var j = i + 1; j < tasks.Count; j++)
                Declare(SeriesNames.Cosine(tasks[i], tasks[j]));
        Declare(SeriesNames.ProcessMemory, "bytes", "count");
        Declare(SeriesNames.ProcessCpu, "cores", "count");
        Declare(SeriesNames.MachineLoad, "processes", "count");
        // Last, so that the ids before stay what they were for runs that go on.
        foreach (var task in tasks) Declare(SeriesNames.Cosine(task, task));
        if (tasks.Count > 1) DeclareInterference(tasks, layers);
    }

    private void DeclareInterference(IReadOnlyList<string> tasks, IReadOnlyList<string> layers)
    {
        Declare(SeriesNames.Conflicts);
        foreach (var source in tasks)
            foreach (var target in tasks) Declare(SeriesNames.Affinity(source, target));
        var byPair = LayerGroups.ByPair(tasks.Count);
        if (byPair)
            for (var i = 0; i < tasks.Count; i++)
                for (var j = i + 1; j < tasks.Count; j++) Declare(SeriesNames.Magnitude(tasks[i], tasks[j]));
        foreach (var group in layers)
        {
            Declare(SeriesNames.LayerConflicts(group));
            for (var i = 0; i < tasks.Count; i++)
            {
                Declare(SeriesNames.LayerGradientNorm(tasks[i], group));
                if (!byPair) Declare(SeriesNames.LayerRest(tasks[i], group));
                for (var j = i + 1; byPair && j < tasks.Count; j++) Declare(SeriesNames.LayerCosine(tasks[i], tasks[j], group));
            }
        }
    }

    public SeriesEvent AsEvent() => new() { Series = declarations };

    /// <summary>One event with these values at one index; values of null are left out.</summary>
    public PointsEvent Points(long index, IEnumerable<(string Series, double? Value)> values)
    {
        var given = values.Where(pair => pair.Value is not null).ToList();
        return new() { Index = index, Ids = [.. given.Select(pair => ids[pair.Series])], Values = [.. given.Select(pair => pair.Value!.Value)] };
    }

    private void Declare(string name, string unit = "", string index = "step")
    {
        ids.Add(name, declarations.Count + 1);
        declarations.Add(new() { Id = declarations.Count + 1, Name = name, Unit = unit, Index = index });
    }
}
