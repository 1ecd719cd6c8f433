namespace MtlStudio.Store;

/// <summary>What a column's values are.</summary>
public enum RunValueKind
{
    Text,
    Number,
    /// <summary>UTC milliseconds.</summary>
    Time,
    /// <summary>Seconds.</summary>
    Duration,
    State,
    Flag,
    /// <summary>Several words, as tags.</summary>
    Words,
    /// <summary>A number or a text, as a spec's fields.</summary>
    Any,
}

/// <summary>A field of the run itself.</summary>
/// <param name="Sql">Its value, of the run <c>r</c>; of <see cref="RunValueKind.Words"/> the words joined.</param>
public sealed record RunField(string Name, string Title, RunValueKind Kind, string Help, string Sql)
{
    /// <summary>True where no run lacks it.</summary>
    public bool Always { get; init; }
}

/// <summary>The fields of a run that columns and filters name.</summary>
public static class RunFields
{
    public static IReadOnlyList<RunField> All { get; } =
    [
        new("id", "Run", RunValueKind.Number, "The run's number.", "r.id") { Always = true },
        new("name", "Name", RunValueKind.Text, "The run's name.", "r.name") { Always = true },
        new("state", "State", RunValueKind.State, "Where the run stands.", "r.state") { Always = true },
        new("created", "Created", RunValueKind.Time, "When it was queued.", "r.created_at") { Always = true },
        new("started", "Started", RunValueKind.Time, "When its first trainer started.", "r.started_at"),
        new("ended", "Ended", RunValueKind.Time, "When it finished, failed or was stopped.", "r.ended_at"),
        new("took", "Took", RunValueKind.Duration, "From its start to its end, or until now.", "(COALESCE(r.ended_at, @now) - r.started_at) / 1000.0"),
        new("step", "Step", RunValueKind.Number, "Steps done.", "r.step") { Always = true },
        new("steps", "Steps", RunValueKind.Number, "Steps planned.", "r.total_steps") { Always = true },
        new("progress", "Progress", RunValueKind.Number, "Steps done ÷ planned, 0 to 1.", "CASE WHEN r.total_steps > 0 THEN 1.0 * r.step / r.total_steps END"),
        new("score", "Unified score", RunValueKind.Number, "The last validation's unified score.", "r.unified_score"),
        new("policy", "Policy", RunValueKind.Text, "The weighting policy.", "r.policy") { Always = true },
        new("model", "Model", RunValueKind.Text, "The model's name, or its path or hash.", "COALESCE((SELECT m.name FROM stored_model m WHERE m.hash = r.model_reference), r.model_reference)") { Always = true },
        new("task", "Tasks", RunValueKind.Words, "The tasks of its mix.", "(SELECT string_agg(w.name, ', ') FROM (SELECT name FROM run_task WHERE run_id = r.id ORDER BY color_index) w)"),
        new("tasks", "Number of tasks", RunValueKind.Number, "How many tasks its mix has.", "(SELECT COUNT(*) FROM run_task w WHERE w.run_id = r.id)") { Always = true },
        new("tag", "Tags", RunValueKind.Words, "Words it was given.", "(SELECT string_agg(w.tag, ', ') FROM (SELECT tag FROM run_tag WHERE run_id = r.id ORDER BY tag) w)"),
        new("note", "Note", RunValueKind.Text, "What was noted of it.", "r.note"),
        new("baseline", "Baseline of", RunValueKind.Text, "The task whose single-task baseline it is.", "r.baseline_task"),
        new("device", "Device", RunValueKind.Text, "Where it trains: cpu or cuda.", "r.device_kind") { Always = true },
        new("parameters", "Parameters", RunValueKind.Number, "Of the model.", "NULLIF(r.parameters, 0)"),
        new("trainable", "Trained parameters", RunValueKind.Number, "Of the model and what was added to it.", "NULLIF(r.trainable_parameters, 0)"),
        new("queue", "Place in the queue", RunValueKind.Number, "Runs of one priority start in this order.", "r.queue_order") { Always = true },
        new("priority", "Priority", RunValueKind.Number, "The higher is started first.", "r.priority") { Always = true },
        new("attempts", "Attempts", RunValueKind.Number, "Trainers started for it so far.", "r.attempt") { Always = true },
        new("archived", "Archived", RunValueKind.Flag, "Put away: lists leave it out unless it is asked for.", "r.archived") { Always = true },
    ];

    private static readonly Dictionary<string, RunField> ByName = All.ToDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>What the API called some of them before there were columns.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["createdAt"] = "created", ["startedAt"] = "started", ["endedAt"] = "ended", ["unifiedScore"] = "score", ["totalSteps"] = "steps",
    };

    public static RunField? Find(string name) => ByName.GetValueOrDefault(Aliases.GetValueOrDefault(name, name));

    /// <summary>What the values of any column are.</summary>
    public static RunValueKind KindOf(RunColumn column) => column.Kind switch
    {
        RunColumnKind.Field => ByName[column.Name].Kind,
        RunColumnKind.Spec => RunValueKind.Any,
        RunColumnKind.Verdict => RunValueKind.Text,
        _ => RunValueKind.Number,
    };
}
