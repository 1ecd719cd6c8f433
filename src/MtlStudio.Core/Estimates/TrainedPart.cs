using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>What of a model is trained.</summary>
public sealed record TrainedPart
{
    /// <summary>P, numbers that are trained.</summary>
    public required long Parameters { get; init; }
    /// <summary>Numbers of the model itself that stay as they are, and those kept beside them that do too.</summary>
    public required long Frozen { get; init; }
    /// <summary>The first layer that gradients reach; the layers below keep nothing for the backward pass.</summary>
    public required int FirstLayer { get; init; }
    /// <summary>The model's own weights are trained, and not adapters beside them.</summary>
    public required bool IsFull { get; init; }
    /// <summary>Numbers each token leaves in adapters for the backward pass, as the sum of a LoRA's ranks.</summary>
    public long Ranks { get; init; }
    /// <summary>Trained tokens in front of every example.</summary>
    public int VirtualTokens { get; init; }
    /// <summary>Numbers of changed weights that are made anew in each pass and kept for the backward one.</summary>
    public long Deltas { get; init; }

    /// <summary>Of <see cref="Parameters"/>, what one task trains: all where everything is shared.</summary>
    public long RowLength { get => field == 0 ? Parameters : field; init; }

    /// <summary>Groups of tasks have parts of their own.</summary>
    public bool OwnersAreGroups { get; init; }

    /// <param name="peft">A catalog adapter with options.</param>
    /// <param name="model">The model that is trained.</param>
    /// <param name="tasks">The mix's tasks, for what is private to them; empty: one.</param>
    /// <exception cref="InvalidInputException">Targets or layers fit nothing in the model.</exception>
    public static TrainedPart Of(MethodChoice peft, ModelShapes model, IReadOnlyList<TaskSpec>? tasks = null) => TrainedCounts.Of(peft, model, tasks ?? []);
}
