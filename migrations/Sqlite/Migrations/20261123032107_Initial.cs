using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MtlStudio.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "dataset",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    columns_json = table.Column<string>(type: "TEXT", nullable: false),
                    train_examples = table.Column<long>(type: "INTEGER", nullable: false),
                    validation_examples = table.Column<long>(type: "INTEGER", nullable: false),
                    test_examples = table.Column<long>(type: "INTEGER", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    source = table.Column<string>(type: "TEXT", nullable: true),
                    archived = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dataset", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "purge",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    series_id = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_purge", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "run",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    state_reason = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    priority = table.Column<int>(type: "INTEGER", nullable: false),
                    queue_order = table.Column<long>(type: "INTEGER", nullable: false),
                    spec_json = table.Column<string>(type: "TEXT", nullable: false),
                    spec_hash = table.Column<string>(type: "TEXT", nullable: false),
                    device_kind = table.Column<string>(type: "TEXT", nullable: false),
                    policy = table.Column<string>(type: "TEXT", nullable: false),
                    model_reference = table.Column<string>(type: "TEXT", nullable: false),
                    baseline_task = table.Column<string>(type: "TEXT", nullable: true),
                    device = table.Column<string>(type: "TEXT", nullable: true),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    total_steps = table.Column<int>(type: "INTEGER", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    attempt_started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    attempt_start_step = table.Column<int>(type: "INTEGER", nullable: false),
                    deaths_without_checkpoint = table.Column<int>(type: "INTEGER", nullable: false),
                    failure = table.Column<string>(type: "TEXT", nullable: true),
                    outcome = table.Column<string>(type: "TEXT", nullable: true),
                    parameters = table.Column<long>(type: "INTEGER", nullable: false),
                    trainable_parameters = table.Column<long>(type: "INTEGER", nullable: false),
                    environment_json = table.Column<string>(type: "TEXT", nullable: true),
                    unified_score = table.Column<double>(type: "REAL", nullable: true),
                    ingest_offset = table.Column<long>(type: "INTEGER", nullable: false),
                    ingest_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    note = table.Column<string>(type: "TEXT", nullable: true),
                    archived = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "setting",
                columns: table => new
                {
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    value_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_setting", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "stored_model",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    hash = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    architecture = table.Column<string>(type: "TEXT", nullable: false),
                    parameters = table.Column<long>(type: "INTEGER", nullable: false),
                    vocabulary_size = table.Column<int>(type: "INTEGER", nullable: false),
                    context_length = table.Column<int>(type: "INTEGER", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    source = table.Column<string>(type: "TEXT", nullable: true),
                    archived = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stored_model", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "alarm",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    task = table.Column<string>(type: "TEXT", nullable: true),
                    message = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_alarm", x => x.id);
                    table.ForeignKey(
                        name: "fk_alarm_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "checkpoint",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    path = table.Column<string>(type: "TEXT", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    keeps = table.Column<string>(type: "TEXT", nullable: false),
                    pause_seconds = table.Column<double>(type: "REAL", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_checkpoint", x => x.id);
                    table.ForeignKey(
                        name: "fk_checkpoint_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "device_lease",
                columns: table => new
                {
                    node = table.Column<string>(type: "TEXT", nullable: false),
                    device = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    run_id = table.Column<long>(type: "INTEGER", nullable: true),
                    since = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_device_lease", x => new { x.node, x.device });
                    table.ForeignKey(
                        name: "fk_device_lease_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "evaluation_score",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    split = table.Column<string>(type: "TEXT", nullable: false),
                    task = table.Column<string>(type: "TEXT", nullable: false),
                    metric = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: true),
                    flag = table.Column<int>(type: "INTEGER", nullable: false),
                    examples = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_evaluation_score", x => x.id);
                    table.ForeignKey(
                        name: "fk_evaluation_score_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "event_mark",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    end_offset = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_mark", x => new { x.run_id, x.seq });
                    table.ForeignKey(
                        name: "fk_event_mark_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "log_line",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    level = table.Column<string>(type: "TEXT", nullable: false),
                    message = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_log_line", x => x.id);
                    table.ForeignKey(
                        name: "fk_log_line_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "run_baseline",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    task = table.Column<string>(type: "TEXT", nullable: false),
                    baseline_run_id = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_baseline", x => new { x.run_id, x.task });
                    table.ForeignKey(
                        name: "fk_run_baseline_run_baseline_run_id",
                        column: x => x.baseline_run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_run_baseline_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "run_tag",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    tag = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_tag", x => new { x.run_id, x.tag });
                    table.ForeignKey(
                        name: "fk_run_tag_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "run_task",
                columns: table => new
                {
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    color_index = table.Column<int>(type: "INTEGER", nullable: false),
                    train_examples = table.Column<int>(type: "INTEGER", nullable: false),
                    validation_examples = table.Column<int>(type: "INTEGER", nullable: false),
                    test_examples = table.Column<int>(type: "INTEGER", nullable: false),
                    dropped = table.Column<int>(type: "INTEGER", nullable: false),
                    planned_share = table.Column<double>(type: "REAL", nullable: false),
                    primary_metric = table.Column<string>(type: "TEXT", nullable: false),
                    higher_is_better = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_task", x => new { x.run_id, x.name });
                    table.ForeignKey(
                        name: "fk_run_task_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "run_transition",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    from_state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    to_state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    time = table.Column<long>(type: "INTEGER", nullable: false),
                    cause = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_transition", x => x.id);
                    table.ForeignKey(
                        name: "fk_run_transition_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "sample",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    seq = table.Column<long>(type: "INTEGER", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    split = table.Column<string>(type: "TEXT", nullable: false),
                    task = table.Column<string>(type: "TEXT", nullable: false),
                    example = table.Column<int>(type: "INTEGER", nullable: false),
                    input = table.Column<string>(type: "TEXT", nullable: false),
                    references_json = table.Column<string>(type: "TEXT", nullable: false),
                    output = table.Column<string>(type: "TEXT", nullable: false),
                    cut = table.Column<bool>(type: "INTEGER", nullable: false),
                    loss = table.Column<double>(type: "REAL", nullable: true),
                    scores_json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sample", x => x.id);
                    table.ForeignKey(
                        name: "fk_sample_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "series",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    unit = table.Column<string>(type: "TEXT", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    wire_id = table.Column<int>(type: "INTEGER", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    last_index = table.Column<long>(type: "INTEGER", nullable: false),
                    last_value = table.Column<double>(type: "REAL", nullable: true),
                    last_flag = table.Column<int>(type: "INTEGER", nullable: false),
                    last_seq = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_series", x => x.id);
                    table.ForeignKey(
                        name: "fk_series_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_alarm_run_id_seq",
                table: "alarm",
                columns: new[] { "run_id", "seq" });

            migrationBuilder.CreateIndex(
                name: "ix_checkpoint_run_id_path",
                table: "checkpoint",
                columns: new[] { "run_id", "path" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_dataset_hash",
                table: "dataset",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_device_lease_run_id",
                table: "device_lease",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "ix_evaluation_score_run_id_split_task_metric_step",
                table: "evaluation_score",
                columns: new[] { "run_id", "split", "task", "metric", "step" });

            migrationBuilder.CreateIndex(
                name: "ix_log_line_run_id_seq",
                table: "log_line",
                columns: new[] { "run_id", "seq" });

            migrationBuilder.CreateIndex(
                name: "ix_run_created_at",
                table: "run",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_run_spec_hash",
                table: "run",
                column: "spec_hash");

            migrationBuilder.CreateIndex(
                name: "ix_run_state_priority_queue_order",
                table: "run",
                columns: new[] { "state", "priority", "queue_order" });

            migrationBuilder.CreateIndex(
                name: "ix_run_baseline_baseline_run_id",
                table: "run_baseline",
                column: "baseline_run_id");

            migrationBuilder.CreateIndex(
                name: "ix_run_tag_tag",
                table: "run_tag",
                column: "tag");

            migrationBuilder.CreateIndex(
                name: "ix_run_transition_run_id",
                table: "run_transition",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "ix_sample_run_id_task_step_example",
                table: "sample",
                columns: new[] { "run_id", "task", "step", "example" });

            migrationBuilder.CreateIndex(
                name: "ix_series_run_id_name",
                table: "series",
                columns: new[] { "run_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_series_run_id_wire_id",
                table: "series",
                columns: new[] { "run_id", "wire_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_stored_model_hash",
                table: "stored_model",
                column: "hash",
                unique: true);

            // The metric tables stand outside EF's model: millions of small rows, written by prepared statements, each tree
            // clustered by its key.
            migrationBuilder.Sql("""
                CREATE TABLE metric_point (
                    series_id INTEGER NOT NULL,
                    idx INTEGER NOT NULL,
                    value REAL NULL,
                    flag INTEGER NOT NULL,
                    late_seq INTEGER NULL,
                    PRIMARY KEY (series_id, idx)
                ) WITHOUT ROWID;
                """);
            migrationBuilder.Sql("""
                CREATE TABLE metric_rollup (
                    series_id INTEGER NOT NULL,
                    level INTEGER NOT NULL,
                    bucket INTEGER NOT NULL,
                    sum REAL NOT NULL,
                    count INTEGER NOT NULL,
                    min REAL NULL,
                    max REAL NULL,
                    non_finite INTEGER NOT NULL,
                    PRIMARY KEY (series_id, level, bucket)
                ) WITHOUT ROWID;
                """);
            migrationBuilder.Sql("""
                CREATE TABLE metric_tick (
                    run_id INTEGER NOT NULL,
                    kind INTEGER NOT NULL,
                    idx INTEGER NOT NULL,
                    seq INTEGER NOT NULL,
                    time INTEGER NOT NULL,
                    examples INTEGER NULL,
                    tokens INTEGER NULL,
                    step INTEGER NULL,
                    PRIMARY KEY (run_id, kind, idx)
                ) WITHOUT ROWID;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE metric_tick");
            migrationBuilder.Sql("DROP TABLE metric_rollup");
            migrationBuilder.Sql("DROP TABLE metric_point");
            migrationBuilder.DropTable(
                name: "alarm");

            migrationBuilder.DropTable(
                name: "checkpoint");

            migrationBuilder.DropTable(
                name: "dataset");

            migrationBuilder.DropTable(
                name: "device_lease");

            migrationBuilder.DropTable(
                name: "evaluation_score");

            migrationBuilder.DropTable(
                name: "event_mark");

            migrationBuilder.DropTable(
                name: "log_line");

            migrationBuilder.DropTable(
                name: "purge");

            migrationBuilder.DropTable(
                name: "run_baseline");

            migrationBuilder.DropTable(
                name: "run_tag");

            migrationBuilder.DropTable(
                name: "run_task");

            migrationBuilder.DropTable(
                name: "run_transition");

            migrationBuilder.DropTable(
                name: "sample");

            migrationBuilder.DropTable(
                name: "series");

            migrationBuilder.DropTable(
                name: "setting");

            migrationBuilder.DropTable(
                name: "stored_model");

            migrationBuilder.DropTable(
                name: "run");
        }
    }
}
