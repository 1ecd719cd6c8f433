namespace MtlStudio.Core.Runs;

/// <summary>What <c>control.json</c> may ask of a trainer.</summary>
public enum RunCommand { Run, Pause, Stop }

/// <summary>The content of <see cref="RunFolder.Control"/>.</summary>
public sealed record RunControl(RunCommand Command);
