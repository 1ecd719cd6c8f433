using MtlStudio.Core.IO;
using MtlStudio.Store;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Supervision;

/// <summary>What every attempt's supervision works with.</summary>
internal sealed record SupervisionParts(
    DataFolder Data, RunStore Store, RunIngest Ingest, RunMoves Moves, RunAlarms Alarms, LiveFeed Feed, ActiveRuns ActiveRuns,
    TrainerProgram Program, SupervisionOptions Options, TimeProvider Clock);
