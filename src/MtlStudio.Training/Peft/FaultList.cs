using System.Collections.ObjectModel;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;

namespace MtlStudio.Training.Peft;

/// <summary>Faults of an adapter's options as faults of the config they were read from.</summary>
internal sealed class FaultList(ConfigReader config) : Collection<FieldError>
{
    protected override void InsertItem(int index, FieldError item)
    {
        base.InsertItem(index, item);
        config.Fault(item.Field switch { "targetModules" => "target_modules", "layers" => "layers_to_transform", var other => other }, item.Message);
    }
}
