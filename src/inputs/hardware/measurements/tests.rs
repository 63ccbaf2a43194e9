use super::*;

fn said() -> Beside {
    Beside {
        machine: Some("h100".to_owned()),
        precision: Some("fp8".to_owned()),
        seconds: Some(100.0),
        ..Beside::default()
    }
}

fn found(text: &str, beside: &Beside) -> FoundMeasurements {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("measured");
    std::fs::write(&path, text).expect("written");
    read(&path, beside).expect("a known format")
}

#[test]
fn a_report_of_vllm_has_totals_over_the_run() {
    let text = r#"{"backend":"vllm","model_id":"Qwen/Qwen3-8B","num_prompts":200,"request_rate":"inf","max_concurrency":64,
        "completed":200,"total_input_tokens":204800,"total_output_tokens":51200,"output_throughput":3000.5,"median_tpot_ms":18.2}"#;
    let all = found(text, &said());
    assert_eq!(all.format, "vLLM bench serve");
    let one = &all.measurements[0];
    assert_eq!((one.input, one.output, one.output_tok_s), (1_024.0, 256.0, 3_000.5));
    assert_eq!((one.load, one.tpot_ms, one.count), (Load::AtOnce(64.0), Some(18.2), 1));
    // Appended runs stand one a line; a rate is a rate, and a run without a call is no measurement.
    let line = text.replace('\n', "");
    let second = line.replace("\"inf\"", "5.0").replace("\"max_concurrency\":64,", "");
    let third = line.replace("\"completed\":200", "\"completed\":0");
    let all = found(&format!("{line}\n{second}\n{third}\n"), &said());
    assert_eq!(all.measurements[1].load, Load::Rate(5.0));
    assert_eq!(all.problems, [(3, "no call was completed".to_owned())]);
}

#[test]
fn what_is_not_said_is_asked_for() {
    let text = r#"{"model_id":"Qwen/Qwen3-8B","completed":2,"total_input_tokens":8,"total_output_tokens":4,"output_throughput":1.0}"#;
    let all = found(text, &Beside::default());
    assert_eq!(
        all.problems,
        [(1, "says no precision; say it with --precision".to_owned())]
            .map(|_| (1, "says no machine; say it with --machine".to_owned()))
    );
    let all = found(text, &Beside { machine: Some("h100".to_owned()), ..Beside::default() });
    assert_eq!(all.problems[0].1, "says no precision; say it with --precision");
}

#[test]
fn llama_bench_tests_prompts_and_outputs() {
    let text = r#"[{"gpu_info":"Apple M3 Ultra","model_filename":"/m/Qwen3-8B-Q4_K_M.gguf","model_type":"qwen3 8B Q4_K - Medium","n_prompt":512,"n_gen":0,"avg_ts":1024.0},
        {"gpu_info":"Apple M3 Ultra","model_filename":"/m/Qwen3-8B-Q4_K_M.gguf","model_type":"qwen3 8B Q4_K - Medium","n_prompt":0,"n_gen":128,"n_depth":4096,"avg_ts":64.0}]"#;
    let all = found(text, &Beside::default());
    assert_eq!(all.problems, []);
    let [prompt, output] = &all.measurements[..] else { panic!("two rows") };
    assert_eq!((prompt.input, prompt.output, prompt.output_tok_s), (512.0, 1.0, 2.0));
    assert_eq!((output.input, output.output, output.output_tok_s), (4_096.0, 128.0, 64.0));
    assert_eq!((output.model.as_str(), output.load), ("Qwen3-8B-Q4_K_M", Load::AtOnce(1.0)));
    let csv = "model_filename,model_type,gpu_info,n_prompt,n_gen,avg_ts\nQwen3-8B-Q4_K_M.gguf,q,RTX 4090,0,128,100\nx.gguf,q,RTX 4090,0,0,1\n";
    let all = found(csv, &Beside::default());
    assert_eq!((all.format, all.measurements.len(), all.problems.len()), ("llama-bench", 1, 1));
}

#[test]
fn a_report_of_guidellm_has_distributions() {
    let text = r#"{"args":{"model":"m"},"benchmarks":[{"metrics":{
        "requests_per_second":{"successful":{"mean":4.0}},"output_tokens_per_second":{"successful":{"mean":1000.0}},
        "prompt_token_count":{"successful":{"mean":512.0}},"output_token_count":{"successful":{"mean":250.0}},
        "request_concurrency":{"successful":{"mean":32.0}},"time_per_output_token_ms":{"successful":{"median":9.5}}}}]}"#;
    let all = found(text, &said());
    let one = &all.measurements[0];
    assert_eq!(
        (all.format, one.output_tok_s, one.load, one.tpot_ms),
        ("GuideLLM", 1_000.0, Load::AtOnce(32.0), Some(9.5))
    );
}

#[test]
fn metrics_of_an_engine_need_the_time_that_they_cover() {
    let text = "# HELP x\nvllm:prompt_tokens_total{model_name=\"m\"} 2000\nvllm:generation_tokens_total{model_name=\"m\"} 1000\n\
        vllm:request_success_total{finished_reason=\"stop\",model_name=\"m\"} 6\nvllm:request_success_total{finished_reason=\"length\",model_name=\"m\"} 4\n\
        vllm:e2e_request_latency_seconds_sum{model_name=\"m\"} 400\n";
    let all = found(text, &said());
    let one = &all.measurements[0];
    assert_eq!((one.input, one.output, one.output_tok_s), (200.0, 100.0, 10.0));
    assert_eq!(one.load, Load::AtOnce(4.0));
    let without = found(text, &Beside { seconds: None, ..said() });
    assert!(without.problems[0].1.contains("--seconds"));
}

#[test]
fn published_tables_are_known_by_their_columns() {
    let tensorrt = "model,gpu,n_gpus,parallelism,precision,isl,osl,output_tok_s_per_gpu\nm,H200,8,DEP8,FP8,1000,1000,1627\n";
    let one = &found(tensorrt, &Beside::default()).measurements[0];
    assert_eq!((one.count, one.output_tok_s, one.load), (8, 13_016.0, Load::Most));
    let runs = "gpu,model,concurrency,isl,osl,out_tok_per_s,itl_p50_ms\nrtx5090_2x,nvidia/Qwen3-8B-NVFP4,32,256,256,100,5\nrtx5090_1x,Qwen/Qwen3-8B,8,8192,512,10,5\n";
    let all = found(runs, &Beside::default()).measurements;
    assert_eq!((all[0].machine.as_str(), all[0].count), ("rtx5090", 2));
    assert_eq!(all[1].precision, "bf16");
    let mlperf = "model,scenario,accelerator,n_accel,tok_s,weight_dtype\nllama2-70b-99,Offline,H200,8,30000,fp8\nllama2-70b-99,Server,H200,8,29000,fp8\n";
    assert_eq!(found(mlperf, &Beside::default()).problems.len(), 2);
    let told = found(mlperf, &Beside { tokens: Some((100.0, 300.0)), ..Beside::default() });
    assert_eq!((told.measurements.len(), told.problems.len()), (1, 1));
    let plain = "model,machine,precision,input,output,output_tok_s,at_once\nm,h100,fp8,10,20,30,4\n";
    assert_eq!(found(plain, &Beside::default()).measurements[0].load, Load::AtOnce(4.0));
    assert!(read(Path::new("/nonexistent"), &said()).is_err());
}
