using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Runs;
using MtlStudio.Store.Conventions;

namespace MtlStudio.Store;

/// <summary>
/// Everything relational. Read with it freely; write through <see cref="StoreWriter"/>. The metric tables (points, roll-ups,
/// ticks) are no part of this model: the migration makes them by SQL, <see cref="RunIngest"/> writes and <see cref="MetricReader"/> reads them.
/// </summary>
public sealed class StudioContext(DbContextOptions<StudioContext> options) : DbContext(options)
{
    public DbSet<Run> Runs => Set<Run>();
    public DbSet<RunTag> RunTags => Set<RunTag>();
    public DbSet<RunTransition> RunTransitions => Set<RunTransition>();
    public DbSet<RunTask> RunTasks => Set<RunTask>();
    public DbSet<RunBaseline> RunBaselines => Set<RunBaseline>();
    public DbSet<Series> Series => Set<Series>();
    public DbSet<EvaluationScore> EvaluationScores => Set<EvaluationScore>();
    public DbSet<Sample> Samples => Set<Sample>();
    public DbSet<Checkpoint> Checkpoints => Set<Checkpoint>();
    public DbSet<LogLine> LogLines => Set<LogLine>();
    public DbSet<Alarm> Alarms => Set<Alarm>();
    public DbSet<EventMark> EventMarks => Set<EventMark>();
    public DbSet<DeviceLease> DeviceLeases => Set<DeviceLease>();
    public DbSet<LibraryItem> LibraryItems => Set<LibraryItem>();
    public DbSet<LibraryVersion> LibraryVersions => Set<LibraryVersion>();
    public DbSet<LibraryLink> LibraryLinks => Set<LibraryLink>();
    public DbSet<Setting> Settings => Set<Setting>();
    public DbSet<Purge> Purges => Set<Purge>();
    public DbSet<ExampleScores> ExampleScores => Set<ExampleScores>();
    public DbSet<RunDelta> RunDeltas => Set<RunDelta>();
    public DbSet<SeedMember> SeedMembers => Set<SeedMember>();
    public DbSet<SeedDelta> SeedDeltas => Set<SeedDelta>();
    public DbSet<Review> Reviews => Set<Review>();
    public DbSet<ReviewRun> ReviewRuns => Set<ReviewRun>();
    public DbSet<ReviewItem> ReviewItems => Set<ReviewItem>();
    public DbSet<ReviewOutput> ReviewOutputs => Set<ReviewOutput>();
    public DbSet<ReviewVote> ReviewVotes => Set<ReviewVote>();
    public DbSet<ReviewVoteChange> ReviewVoteChanges => Set<ReviewVoteChange>();
    public DbSet<Reviewer> Reviewers => Set<Reviewer>();
    public DbSet<RunValueColumn> RunValueColumns => Set<RunValueColumn>();
    public DbSet<RunValue> RunValues => Set<RunValue>();
    public DbSet<RunTableView> RunTableViews => Set<RunTableView>();
    public DbSet<Study> Studies => Set<Study>();
    public DbSet<StudyRun> StudyRuns => Set<StudyRun>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMillisecondsConverter>();
        configurationBuilder.Properties<RunState>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<LibraryKind>().HaveConversion<string>().HaveMaxLength(16);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Run>(run =>
        {
            run.HasMany(r => r.Tags).WithOne().HasForeignKey(t => t.RunId);
            run.HasMany(r => r.Tasks).WithOne().HasForeignKey(t => t.RunId);
            run.HasIndex(r => new { r.State, r.Priority, r.QueueOrder });
            run.HasIndex(r => r.SpecHash);
            run.HasIndex(r => r.CreatedAt);
            run.HasQueryFilter(r => r.DeletedAt == null);
        });
        modelBuilder.Entity<RunTag>(tag =>
        {
            tag.HasKey(t => new { t.RunId, t.Tag });
            tag.HasIndex(t => t.Tag);
        });
        modelBuilder.Entity<RunTask>().HasKey(t => new { t.RunId, t.Name });
        modelBuilder.Entity<RunTransition>().HasOne<Run>().WithMany().HasForeignKey(t => t.RunId);
        modelBuilder.Entity<RunBaseline>(link =>
        {
            link.HasKey(l => new { l.RunId, l.Task });
            link.HasOne<Run>().WithMany().HasForeignKey(l => l.RunId);
            link.HasOne<Run>().WithMany().HasForeignKey(l => l.BaselineRunId);
        });
        modelBuilder.Entity<Series>(series =>
        {
            series.HasOne<Run>().WithMany().HasForeignKey(s => s.RunId);
            series.HasIndex(s => new { s.RunId, s.WireId }).IsUnique();
            series.HasIndex(s => new { s.RunId, s.Name }).IsUnique();
            series.Ignore(s => s.Last);
        });
        modelBuilder.Entity<EvaluationScore>(score =>
        {
            score.HasOne<Run>().WithMany().HasForeignKey(s => s.RunId);
            score.HasIndex(s => new { s.RunId, s.Split, s.Task, s.Metric, s.Step });
            score.Ignore(s => s.Score);
        });
        modelBuilder.Entity<Sample>(sample =>
        {
            sample.HasOne<Run>().WithMany().HasForeignKey(s => s.RunId);
            sample.HasIndex(s => new { s.RunId, s.Task, s.Step, s.Example });
        });
        modelBuilder.Entity<Checkpoint>(checkpoint =>
        {
            checkpoint.HasOne<Run>().WithMany().HasForeignKey(c => c.RunId);
            checkpoint.HasIndex(c => new { c.RunId, c.Path }).IsUnique();
        });
        modelBuilder.Entity<LogLine>(line =>
        {
            line.HasOne<Run>().WithMany().HasForeignKey(l => l.RunId);
            line.HasIndex(l => new { l.RunId, l.Seq });
        });
        modelBuilder.Entity<Alarm>(alarm =>
        {
            alarm.HasOne<Run>().WithMany().HasForeignKey(a => a.RunId);
            alarm.HasIndex(a => new { a.RunId, a.Seq });
        });
        modelBuilder.Entity<EventMark>(mark =>
        {
            mark.HasKey(m => new { m.RunId, m.Seq });
            mark.HasOne<Run>().WithMany().HasForeignKey(m => m.RunId);
        });
        modelBuilder.Entity<DeviceLease>(lease =>
        {
            lease.HasKey(l => new { l.Node, l.Device });
            lease.HasOne<Run>().WithMany().HasForeignKey(l => l.RunId).OnDelete(DeleteBehavior.SetNull);
        });
        LibraryTables.Configure(modelBuilder);
        StudyTables.Configure(modelBuilder);
        modelBuilder.Entity<Setting>().HasKey(s => s.Key);
        JudgementModel.Configure(modelBuilder);
        SeedModel.Configure(modelBuilder);
        ReviewModel.Configure(modelBuilder);
        RunTableModel.Configure(modelBuilder);
        SnakeCase.Apply(modelBuilder);
    }
}
