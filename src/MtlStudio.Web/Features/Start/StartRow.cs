using MtlStudio.Core.Catalog;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.Start;

/// <summary>One dataset that is to be made: the guess, and what the user made of it.</summary>
public sealed class StartRow
{
    public StartRow(DatasetGuess guess)
    {
        Guess = guess;
        Name = guess.Name;
        Task = guess.Task ?? new TaskSpec { Metrics = MetricsOf("generation"), PrimaryMetric = MetricsOf("generation")[0] };
        Split = guess.Import.Split;
        Include = guess.IsReady;
    }

    public DatasetGuess Guess { get; private set; }
    public bool Include { get; set; }
    public bool IsOpen { get; set; }
    /// <summary>Ticked, to be put together with others.</summary>
    public bool IsChosen { get; set; }
    public string Name { get; set; }
    /// <summary>The guess's, as edited.</summary>
    public TaskSpec Task { get; private set; }
    public SplitRule Split { get; set; }
    /// <summary>Rows that cannot be read are left out.</summary>
    public bool SkipBadRows { get; private set; }
    /// <summary>Which of the sample's rows is shown.</summary>
    public int Example { get; set; }
    /// <summary>What making it found.</summary>
    public IReadOnlyList<FieldError> Faults { get; set; } = [];

    public bool IsEdited => Task != Guess.Task || Name != Guess.Name;
    public bool IsDivided => Guess.Files.Any(file => file.Split is null);
    public bool HasErrors => Guess.Faults.Any(fault => fault.Severity == FaultSeverity.Error && !(fault.IsRow && SkipBadRows));
    /// <summary>Nothing but single rows is wrong, so that leaving them out is a cure. Where the files are longer than what was looked at, making it may find more.</summary>
    public bool CanSkip => Guess.Sample.Count > 0 && (Guess.BadRows > 0 || Faults.Any(fault => fault.Message.StartsWith("line ", StringComparison.Ordinal)))
        && Guess.Faults.All(fault => fault.Severity != FaultSeverity.Error || fault.IsRow);
    /// <summary>There are rows that a template can be tried on.</summary>
    public bool CanBeTask => Guess.Sample.Count > 0 && !HasErrors;
    /// <summary>What a template may name: the columns that hold something, a list by its items.</summary>
    public IReadOnlyList<string> Slots => [.. Guess.Columns.Where(column => column.Role != ColumnRole.Empty)
        .Select(column => Guess.Sample.Any(row => row.TryGet(column.Column, out var cell) && cell.IsList) ? column.Column + "[]" : column.Column)];

    public void SetPrompt(string prompt) => Task = Task with { Template = Task.Template with { Prompt = prompt } };

    public void SetAnswer(string answer) => Task = Task with { Template = Task.Template with { Answer = answer } };

    /// <summary>Has rows that cannot be read left out, or not; with the last fault gone the row is taken.</summary>
    public void SetSkipBadRows(bool skip)
    {
        (SkipBadRows, Faults) = (skip, []);
        Include = CanBeTask && (Include || skip && Guess.Task is not null);
    }

    /// <summary>Another kind has other metrics.</summary>
    public void SetKind(string kind) => Task = Task with
    {
        Kind = kind,
        Metrics = MetricsOf(kind),
        PrimaryMetric = MetricsOf(kind)[0],
        // What the guess says of the kind comes back with it, what belongs to another kind goes.
        Choices = kind == TaskKinds.MultipleChoice ? Guess.Task?.Choices ?? [] : [],
        AnswerIs = kind == TaskKinds.MultipleChoice ? Guess.Task?.AnswerIs ?? "text" : "text",
        Minimum = kind == TaskKinds.Regression ? Guess.Task?.Minimum : null,
        Maximum = kind == TaskKinds.Regression ? Guess.Task?.Maximum : null,
    };

    /// <summary>The choices' templates, one a line.</summary>
    public void SetChoices(string lines) => Task = Task with { Choices = [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)] };

    /// <summary>The ends of a regression's scale.</summary>
    public void SetScale(double? minimum, double? maximum) => Task = Task with { Minimum = minimum, Maximum = maximum };

    /// <summary>The metric that stands for the task; it is measured, too.</summary>
    public void SetPrimaryMetric(string metric) =>
        Task = Task with { PrimaryMetric = metric, Metrics = Task.Metrics.Contains(metric) ? Task.Metrics : [metric, .. Task.Metrics] };

    public void SetMaxNewTokens(int tokens) => Task = Task with { MaxNewTokens = tokens };

    /// <summary>What a raw label is called in the answer; empty: itself.</summary>
    public void SetLabelWord(string label, string word)
    {
        var words = Guess.Labels.ToDictionary(value => value.Value, value => Task.Template.LabelWords.GetValueOrDefault(value.Value, value.Value));
        words[label] = word.Length == 0 ? label : word;
        Task = Task with { Template = Task.Template with { LabelWords = words.All(pair => pair.Key == pair.Value) ? new Dictionary<string, string>() : words } };
    }

    /// <summary>What keeps the row from being made; empty: nothing.</summary>
    public IReadOnlyList<FieldError> Check()
    {
        if (!CanBeTask) return [];
        if (GuessNames.Clean(Name) != Name || Name.Length == 0)
            return [new("name", $"A name takes letters, digits, '.', '_' and '-' (you gave \"{Name}\"){(GuessNames.Clean(Name) is { Length: > 0 } clean ? $": \"{clean}\" would do" : "")}")];
        try
        {
            var template = TaskTemplate.Of(Task);
            if (template.Check([.. Guess.Columns.Select(column => column.Column)]) is { Count: > 0 } missing) return missing;
            var spec = new RunSpec { Name = "x", Model = new() { Path = "x" }, Tasks = [Task with { Name = Name, Data = new() { Dataset = "x" } }] };
            return [.. RunSpecValidator.Validate(spec).Select(error => error with { Field = error.Field.Replace("tasks[0].", "", StringComparison.Ordinal) })];
        }
        catch (InvalidInputException fault)
        {
            return fault.Errors;
        }
    }

    /// <summary>The shown row in the template as it stands; null where it cannot be rendered.</summary>
    public RenderedExample? Render()
    {
        if (Guess.Sample.Count == 0 || Task.Template.Answer.Length == 0) return null;
        try
        {
            return TaskTemplate.Of(Task).Render(Guess.Sample[Math.Clamp(Example, 0, Guess.Sample.Count - 1)]);
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    /// <summary>Takes a new guess for the same files; what the user wrote stays.</summary>
    public void Renew(DatasetGuess guess)
    {
        var (name, task, include) = (Name, Task, Include);
        var edited = IsEdited;
        Guess = guess;
        Split = guess.Import.Split;
        if (edited) (Name, Task) = (name, task);
        else (Name, Task) = (name, guess.Task ?? task);
        Include = include && CanBeTask;
    }

    /// <summary>Takes back what the user had made of it.</summary>
    public void Restore(KeptRow kept)
    {
        (Name, Split, Task, SkipBadRows) = (kept.Name, kept.Split, kept.Task ?? Task, kept.SkipBadRows);
        Include = kept.Include && CanBeTask;
    }

    private static IReadOnlyList<string> MetricsOf(string kind) =>
        RunSpecValidator.EffectiveMetrics(new TaskSpec { Kind = kind });
}
